"""What is sold. Treatment → the category code of the plugin `tax-cn-vat` and the rate used here to check it."""

from decimal import Decimal

# treatment: (category code of the tax plugin, rate)
CATEGORIES = {
    "13": ("13", Decimal("0.13")),
    "9": ("9", Decimal("0.09")),
    "6": ("6", Decimal("0.06")),
    "3": ("3", Decimal("0.03")),
    "1": ("1", Decimal("0.01")),
    "0": ("0", Decimal("0")),
    "exempt": ("exempt", Decimal("0")),
    "non-taxable": ("non-taxable", Decimal("0")),
}

# description, unit, lowest and highest price in 1/10,000, prices end on this many 1/10,000, quantities, treatment, supply
GOODS_13 = [
    ("精密滚珠丝杠副 SFU2505", "套", 3_200_000, 9_800_000, 100, (1, 24), "goods"),
    ("直线导轨 HGR25 滑块组", "组", 1_150_000, 3_900_000, 100, (2, 60), "goods"),
    ("行星减速机 PLE090", "台", 8_600_000, 21_000_000, 1000, (1, 12), "goods"),
    ("伺服电机 1.5 kW", "台", 12_400_000, 26_000_000, 1000, (1, 10), "goods"),
    ("深沟球轴承 6205-2RS", "只", 82_500, 263_000, 25, (50, 1200), "goods"),
    ("硬质合金铣刀 D10", "支", 486_000, 1_630_000, 50, (5, 120), "goods"),
    ("液压换向阀 4WE6", "只", 2_650_000, 6_900_000, 100, (1, 30), "goods"),
    ("铝型材 4040", "kg", 216_000, 324_000, 5, (20, 480), "goods"),
    ("联轴器 GS28", "只", 580_000, 1_900_000, 50, (4, 80), "goods"),
]
OTHERS = {
    "9": [
        ("公路货物运输", "车", 9_000_000, 32_000_000, 10000, (1, 4), "service"),
        ("生产线安装工程", "项", 60_000_000, 240_000_000, 100000, (1, 1), "service"),
    ],
    "6": [
        ("现场技术服务", "小时", 2_600_000, 4_800_000, 10000, (4, 36), "service"),
        ("控制软件年度维护", "年", 48_000_000, 120_000_000, 100000, (1, 2), "service"),
        ("结构设计服务", "项", 36_000_000, 150_000_000, 100000, (1, 1), "service"),
    ],
    "3": [("清包工安装服务（简易计税）", "人天", 4_200_000, 6_600_000, 10000, (3, 28), "service")],
    "1": [("旧配件处置（减按1%）", "批", 9_000_000, 42_000_000, 10000, (1, 2), "goods")],
    "exempt": [("技术开发服务（免税备案）", "项", 80_000_000, 260_000_000, 100000, (1, 1), "service")],
    "non-taxable": [("代垫运费（代收代付）", "笔", 1_800_000, 9_600_000, 100, (1, 3), "service")],
}
EXPORT_GOODS = [
    ("Ball screw assembly SFU2505", "set", 480_000, 1_290_000, 100, (2, 40), "goods"),
    ("Linear guide HGR25 with carriage", "set", 163_000, 540_000, 100, (4, 90), "goods"),
    ("Planetary gearbox PLE090", "pcs", 1_120_000, 2_760_000, 1000, (1, 24), "goods"),
    ("Servo motor 1.5 kW", "pcs", 1_730_000, 3_480_000, 1000, (1, 18), "goods"),
    ("Deep groove ball bearing 6205-2RS", "pcs", 11_400, 35_200, 25, (200, 3000), "goods"),
    ("Carbide end mill D10", "pcs", 68_000, 214_000, 50, (10, 200), "goods"),
]
EXPORT_SERVICES = [("Remote commissioning support (cross-border)", "h", 520_000, 960_000, 10000, (2, 24), "service")]

# For each thousand Chinese lines: how many of which treatment. The rest is 13 %.
MIX = [("9", 80), ("6", 110), ("3", 50), ("1", 30), ("exempt", 40), ("non-taxable", 50)]


def draw(chance, european):
    """(treatment, product) of one line."""
    if european:
        if chance.permille(110):
            return "exempt", chance.pick(EXPORT_SERVICES)
        return "0", chance.pick(EXPORT_GOODS)
    at = chance.below(1000)
    for treatment, share in MIX:
        if at < share:
            return treatment, chance.pick(OTHERS[treatment])
        at -= share
    return "13", chance.pick(GOODS_13)
