"""Addresses and delivery zones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.addresses import AddressParts, normalise_address, short_address, split_address
from app.domain.addresses import zone_of as proposed_zone
from app.domain.customers import Zone
from app.domain.districts import DISTRICTS, REMOTE_DISTRICTS, ZONE_OF_COUNTY

DOOR = "台北市信義區信義路5段7號3樓"


@pytest.mark.parametrize(
    "spelling",
    [
        "台北市信義區信義路五段7號3樓",
        "臺北市信義區信義路５段７號３樓",
        "110 台北市信義區信義路五段七號三樓",
        "11049臺北市信義區信義路五段7號3F",
        "(110)台灣省台北市信義區信義路五段7號3f",
        "台北市 信義區 信義路五段 7 號 3 樓",
        "台北市信義區西村里8鄰信義路五段7號3樓",
        "台北市信義區西村里信義路五段7號,3樓",
        "台北市信義區十二鄰信義路五段7号三楼".replace("楼", "樓"),
    ],
)
def test_spellings_of_one_door_meet(spelling: str) -> None:
    assert normalise_address(spelling) == DOOR


@pytest.mark.parametrize(
    ("written", "normalised"),
    [
        ("台北市信義區信義路五段七號之1  3樓", "台北市信義區信義路5段7-1號3樓"),
        ("台北市信義區信義路五段7之1號3樓之2", "台北市信義區信義路5段7-1號3樓-2"),
        ("台北縣板橋市文化路一段123號十二樓", "新北市板橋區文化路1段123號12樓"),
        ("桃園縣平鎮市延平路二段20之3號", "桃園市平鎮區延平路2段20-3號"),
        ("新竹市東區光復路二段101巷廿三弄5號", "新竹市東區光復路2段101巷23弄5號"),
        ("高雄市苓雅區三多四路二十號B1", "高雄市苓雅區三多4路20號地下1樓"),
        ("高雄市三民區三民路一百二十號", "高雄市三民區三民路120號"),
        ("高雄市三民區二二八街三〇五號", "高雄市三民區228街305號"),
        ("雲林縣口湖鄉梧北村23號", "雲林縣口湖鄉梧北村23號"),
        ("信義五段7", "信義5段7"),
        ("信義路五段七", "信義路5段7"),
        ("五", "五"),
        ("", ""),
    ],
)
def test_numbers_and_former_names_are_normalised(written: str, normalised: str) -> None:
    assert normalise_address(written) == normalised


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("信義路五段7號3樓", "信義路五段7號4樓"),
        ("信義路五段7號之1 3樓", "信義路五段7號之13樓"),
        ("三民路1號", "民路1號"),
        ("中山路12號", "中山路1號2樓"),
        ("中山路1號12 3樓", "中山路1號123樓"),
    ],
)
def test_different_doors_stay_different(one: str, other: str) -> None:
    assert normalise_address(one) != normalise_address(other)


NUMBERS = {1: "一", 7: "七", 10: "十", 12: "十二", 23: "廿三", 128: "一百二十八"}
ROADS = ("信義路", "三民路", "市民大道", "中山北路", "五福街")


@given(
    st.sampled_from(["台北市信義區", "臺中市大里區", "高雄市前鎮區"]),
    st.sampled_from(ROADS),
    st.lists(st.sampled_from(sorted(NUMBERS)), min_size=4, max_size=4),
    st.lists(st.sampled_from(["", " ", "　"]), min_size=4, max_size=4),
)
def test_numbers_and_spaces_may_be_written_as_one_likes(
    head: str, road: str, numbers: list[int], spaces: list[str]
) -> None:
    units = ("段", "巷", "號", "樓")
    plain = head + road + "".join(f"{n}{unit}" for n, unit in zip(numbers, units, strict=True))
    spoken = head + road
    for number, unit, space in zip(numbers, units, spaces, strict=True):
        spoken += space + NUMBERS[number] + unit
    assert normalise_address(spoken) == normalise_address(plain)
    assert normalise_address(normalise_address(plain)) == normalise_address(plain)


@given(st.text(max_size=40))
def test_no_text_breaks_the_rules(text: str) -> None:
    normalise_address(text)
    short_address(text)
    proposed_zone(text)


@pytest.mark.parametrize(
    ("full", "short"),
    [
        ("台北市信義區信義路五段7號3樓", "信義路五段7號3樓"),
        ("110臺北市信義區西村里8鄰信義路5段七號之1  3樓", "信義路5段七號之1 3樓"),
        ("高雄市前鎮區三多四路20號B1", "三多四路20號B1"),
        ("台南市新市區新市街一號", "新市街一號"),
        ("台南市左鎮區左鎮里1號", "左鎮里1號"),
        ("台中市大里區大里路12號", "大里路12號"),
        ("台北市市民大道三段1號", "市民大道三段1號"),
        ("苗栗縣南庄鄉東村中正路1號", "中正路1號"),
        ("信義路五段7號", "信義路五段7號"),
        ("台北市信義區", ""),
    ],
)
def test_a_clerk_says_the_street_only(full: str, short: str) -> None:
    assert short_address(full) == short


def test_an_address_is_cut_into_today_s_names() -> None:
    assert split_address("台北縣板橋市府中路1號") == AddressParts("新北市", "板橋區", "府中路1號")


@pytest.mark.parametrize(
    ("address", "zone"),
    [
        ("臺北市信義區信義路五段7號", Zone.NORTH),
        ("宜蘭縣羅東鎮公正路1號", Zone.NORTH),
        ("宜蘭縣大同鄉泰雅路1號", Zone.REMOTE),
        ("台北縣烏來鄉忠治村1號", Zone.REMOTE),
        ("南投縣信義鄉玉山路1號", Zone.REMOTE),
        ("南投縣埔里鎮中山路1號", Zone.CENTRAL),
        ("屏東縣琉球鄉中山路1號", Zone.REMOTE),
        ("高雄市鳳山區中山路1號", Zone.SOUTH),
        ("花蓮縣花蓮市中山路1號", Zone.REMOTE),
        ("金門縣金城鎮民生路1號", Zone.REMOTE),
        ("台北市", Zone.NORTH),
        ("信義路五段7號", None),
        ("", None),
    ],
)
def test_the_zone_follows_county_and_district(address: str, zone: Zone | None) -> None:
    assert proposed_zone(address) is zone


def test_the_table_has_every_district_once_and_a_zone_for_every_county() -> None:
    assert sum(len(set(names)) for names in DISTRICTS.values()) == 368
    assert set(ZONE_OF_COUNTY) == set(DISTRICTS)
    assert all(district in DISTRICTS[county] for county, district in REMOTE_DISTRICTS)


@pytest.mark.parametrize("county", DISTRICTS)
def test_every_district_is_recognised_in_an_address(county: str) -> None:
    for district in DISTRICTS[county]:
        parts = split_address(f"{county}{district}中山路1號")
        assert parts == AddressParts(county, district, "中山路1號")
