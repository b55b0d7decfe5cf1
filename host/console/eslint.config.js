import js from "@eslint/js";
import a11y from "eslint-plugin-jsx-a11y";
import hooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

// Amounts are text from the server to the screen: what would make a number of one is refused, everywhere.
const noFloats = {
  "@typescript-eslint/no-generated-empty-object-type": "off",
  "no-restricted-globals": ["error", ...["parseFloat", "parseInt"].map((name) => ({ name, message: "Amounts stay text: lib/amount.ts." }))],
  "no-restricted-syntax": [
    "error",
    { selector: "CallExpression[callee.name='Number']", message: "Amounts stay text: lib/amount.ts." },
    { selector: "UnaryExpression[operator='+']", message: "Amounts stay text: lib/amount.ts." },
    { selector: "MemberExpression[object.name='Number'][property.name=/^parse/]", message: "Amounts stay text: lib/amount.ts." },
    { selector: "CallExpression[callee.property.name='toFixed']", message: "Amounts stay text: lib/amount.ts." },
    { selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']", message: "Text is text." },
  ],
};

export default tseslint.config(
  { ignores: ["dist", "node_modules", "src/api/schema.d.ts", "eslint.config.js"] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  a11y.flatConfigs.strict,
  hooks.configs.flat["recommended-latest"],
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      ...noFloats,
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-invalid-void-type": "off",
      "max-lines": ["error", { max: 500 }],
    },
  },
);
