"""Companies: who is named, which words are no company, and which company a place in the text is about."""

from __future__ import annotations

import csv
import re
from collections import Counter
from importlib import resources

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms import companies, lexicon
from transforms.schemas import DIM_COMPANY
from transforms.sentences import clauses, sentences
from transforms.spans import Tape


def tape_of(*texts: str, language: str) -> Tape:
    """A tape of articles whose first line is the title."""
    titles = [t.find("\n") if "\n" in t else len(t) for t in texts]
    return Tape.of(
        pl.DataFrame(
            {"article_id": [str(i) for i in range(len(texts))], "text": list(texts), "title_start": 0, "title_end": titles}
        ),
        language=language,
    )


def mentions(text: str, *, language: str) -> list[tuple[str, str, str]]:
    """Words, company and certainty of each mention."""
    tape = tape_of(text, language=language)
    found = companies.on_tape(tape, sentences(tape))
    return [(tape.text[a:b], c, d) for a, b, c, d in found.iter_rows()]


def named(text: str, *, language: str) -> set[str]:
    """The companies of a text."""
    return {company for _, company, _ in mentions(text, language=language)}


def test_the_table_holds_what_it_promises() -> None:
    table = companies.dim_company()
    assert table.schema == pl.Schema(DIM_COMPANY)
    assert table["company_id"].is_unique().all()
    assert table["company_id"].str.contains(r"^[a-z0-9]+(-[a-z0-9]+)*$").all()
    assert table["country"].str.contains(r"^[A-Z]{2}$").all()
    assert table["fiscal_year_end"].drop_nulls().str.contains(r"^--(0[1-9]|1[0-2])-(28|30|31)$").all()
    assert table["parent_id"].drop_nulls().is_in(table["company_id"].to_list()).all()
    assert table.filter(pl.col("company_id") == "zoom")["fiscal_year_end"].item() == "--01-31"


def test_identifiers_of_legal_entities_have_their_check_digits() -> None:
    leis = companies.dim_company()["lei"].drop_nulls()
    assert len(leis) > 150
    assert leis.is_unique().all()
    assert leis.str.contains(r"^[0-9A-Z]{18}[0-9]{2}$").all()
    # ISO 17442: letters as 10 to 35, the number leaves 1 when divided by 97.
    assert not [lei for lei in leis if int("".join(str(int(character, 36)) for character in lei)) % 97 != 1]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh", "今日要闻\nTarget下調全年預測。"),
        ("ja", "決算\nShellが減配を決めた。"),
        ("ko", "실적\nTarget이 전망을 낮췄다."),
        ("ru", "Отчет\nTarget снизила прогноз."),
        ("ar", "نتائج\nخفضت Target توقعاتها."),
    ],
)
def test_a_word_of_one_language_is_a_name_in_another(language: str, text: str) -> None:
    assert named(text, language=language) & {"target", "shell"}
    assert not named("Day\nTarget the heat. Shell the peas.", language="en")


def rows(file: str) -> list[dict[str, str]]:
    """The rows of a table of `reference/`."""
    with (resources.files("transforms") / "reference" / file).open(encoding="utf-8") as table:
        return list(csv.DictReader(table))


def test_the_tables_of_companies_can_be_reviewed() -> None:
    own, listed, aliases = rows("companies.csv"), rows("listed.csv"), rows("aliases.csv")
    ids = [row["company_id"] for row in own]
    assert ids == sorted(set(ids))
    assert [row["company_id"] for row in aliases] == sorted(row["company_id"] for row in aliases)
    assert not set(ids) & {row["company_id"] for row in listed}
    assert {row["company_id"] for row in aliases} == set(ids)
    assert {row["role"] for row in own} <= {"", "analyst", "agency", "exchange"}
    countries = {row["country"] for row in rows("countries.csv")}
    assert {row["country"] for row in own} - {"AE", "BM", "FO", "IM", "JE", "VG"} <= countries
    assert all(re.fullmatch(r"(X[A-Z]{3}|DSMD|MISX|BVMF)?", row["mic"]) for row in own)
    assert all(row["ticker"] or not row["mic"] for row in own)
    listings = Counter((row["ticker"], row["mic"]) for row in own if row["mic"])
    assert max(listings.values()) == 1, [key for key, times in listings.items() if times > 1]


def test_no_alias_is_that_of_two_companies() -> None:
    aliases = rows("aliases.csv")
    assert {row["kind"] for row in aliases} == {"name", "weak", "product", "weak_product", "none"}
    assert all(row["alias"] == row["alias"].strip() and row["alias"] for row in aliases)
    times = Counter(row["alias"] for row in aliases)
    assert max(times.values()) == 1, [alias for alias, n in times.items() if n > 1]


@pytest.mark.parametrize(
    ("language", "text", "company"),
    [
        ("en", "Quiet day\nToday Zoom's shares rose.", "zoom"),
        ("it", "Giornata calma\nOggi il titolo Saipem cede il 3%.", "saipem"),
        ("sv", "Lugn dag\nAutoliv föll på börsen.", "autoliv"),
        ("no", "Rolig dag\nI dag steg Aker Solutions.", "aker-solutions"),
        ("da", "Rolig dag\nI dag steg FLSmidth.", "flsmidth"),
        ("pl", "Spokojny dzień\nDziś rosły akcje Taurona i Budimeksu.", "tauron"),
        ("id", "Hari tenang\nSaham PT Adhi Karya (Persero) Tbk naik.", "adhi-karya"),
        ("pt", "Dia calmo\nHoje a Suzano subiu na bolsa.", "suzano"),
        ("ko", "조용한 날\nLG이노텍은 3분기에 웃었다", "lg-innotek"),
        ("ja", "静かな日\nコマツの株価は上がった", "komatsu"),
        ("ja", "静かな日\n伊藤忠商事は発表した", "itochu"),
        ("zh", "平静的一天\n赛力斯股价上涨", "seres"),
        ("zh", "平靜的一天\n聯電股價上漲", "united-microelectronics"),
        ("ru", "Тихий день\nСегодня акции Северстали выросли.", "severstal"),
        ("ar", "يوم هادئ\nارتفع سهم أكوا باور اليوم", "acwa-power"),
        ("de", "Ruhiger Tag\nHeute stieg Zooms Umsatz, die Zoom-Aktie auch.", "zoom"),
        ("sv", "Lugn dag\nI dag steg Ericssons omsättning.", "ericsson"),
        ("pl", "Spokojny dzień\nDziś akcje Zooma rosły.", "zoom"),
        ("tr", "İstanbul'da sakin gün\nBugün Getir'in geliri arttı.", "getir"),
        ("ru", "Тихий день\nСегодня акции Яндекса выросли.", "yandex"),
        ("zh", "平静的一天\n今天腾讯股价上涨", "tencent"),
        ("zh", "平靜的一天\n今天騰訊股價上漲", "tencent"),
        ("ja", "静かな日\n米ズームの株価は上がった", "zoom"),
        ("ko", "조용한 날\n네이버는 오늘 올랐다", "naver"),
        ("ar", "يوم هادئ\nارتفع سهم زووم اليوم", "zoom"),
        ("fr", "Jour calme\nL’action de L’Oréal monte.", "loreal"),
    ],
)
def test_known_names_are_found_in_every_script_and_form(language: str, text: str, company: str) -> None:
    assert company in named(text, language=language)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        pytest.param("en", "Cooking\nTarget the heat and add an orange and an apple to the gap.", id="words in lower case"),
        pytest.param("en", "Target the heat\nApple pie is what we bake next.", id="heads of sentences"),
        pytest.param("en", "Crime\nPolice in Orange County met Harry Block.", id="part of another name"),
        pytest.param("de", "Küche\nDie Orange liegt neben der Visa im Pass.", id="German nouns"),
        pytest.param("ja", "写真\nズームレンズの新製品", id="part of a longer word in katakana"),
        pytest.param("ko", "물가\n기아와 가난은 여전하다", id="famine"),
        pytest.param("es", "Cine\nZoom-out es otra cosa; amazon se escribe así.", id="written small"),
    ],
)
def test_ordinary_words_are_no_companies(language: str, text: str) -> None:
    assert named(text, language=language) <= {"zoom"} - ({"zoom"} if language != "es" else set())


@pytest.mark.parametrize(
    ("language", "text", "company"),
    [
        pytest.param("en", "Results\nShares of retailer Target rose.", "target", id="beside a noun"),
        pytest.param("en", "Results\nYesterday Apple said it would open a shop.", "apple", id="beside a verb"),
        pytest.param("fr", "Résultats\nLe chiffre d'affaires d'Orange SA progresse.", "orange", id="legal form"),
        pytest.param(
            "de", "Ergebnis\nDer Autozulieferer Continental verdient mehr.", "continental", id="German, beside a noun"
        ),
    ],
)
def test_ambiguous_names_count_beside_a_sign_that_a_firm_is_meant(language: str, text: str, company: str) -> None:
    assert company in named(text, language=language)


@pytest.mark.parametrize(
    ("language", "text", "company"),
    [
        ("en", "Brambleton Mills cuts outlook\nBrambleton Mills PLC fell. The company warned again.", "brambleton-mills"),
        ("nl", "Hack\nWebwinkel Kaasbol is gehackt. Het bedrijf meldt schade.", "kaasbol"),
        ("it", "Conti\nIl gruppo Ferrandini Tessuti chiude in utile.", "ferrandini-tessuti"),
        ("es", "Ercavia Redes pierde dinero\nLa operadora Ercavia Redes perdió 3 millones.", "ercavia-redes"),
        ("ru", "«Северный Путь» сократил убыток\nКомпания «Северный Путь» отчиталась.", "severnyy-put"),
        (
            "ru",
            "Путьстрой раскрыл отчет\nОбщая выручка Путьстроя выросла, а чистая прибыль Путьстроя упала. Компания довольна.",
            "putstroy",
        ),
        ("en", "Corbel Lane Reports First Quarter Results\nCorbel Lane Inc. said it grew. Corbel Lane hired.", "corbel-lane"),
        (
            "ko",
            "한빛나루전자, 3분기 흑자\n한빛나루전자는 매출이 늘었다고 밝혔다. 한빛나루전자의 주가",
            "hanbitnaru-electronics",
        ),
        ("ja", "北峰精機、最高益\n北峰精機は発表した。北峰精機の株価", "hokuho-seiki"),
        ("zh", "恒峦科技遭攻击\n恒峦科技表示，系统已恢复。恒峦科技股价下跌", "hengluan-technology"),
    ],
)
def test_a_firm_outside_the_table_gets_the_slug_of_its_common_name(language: str, text: str, company: str) -> None:
    tape = tape_of(text, language=language)
    cut = sentences(tape)
    found = companies.on_tape(tape, cut)
    main = companies.main_of(tape, cut, found.filter(pl.col("certainty") != "pronoun"))
    assert main["company_id"].to_list() == [company]


@pytest.mark.parametrize(
    ("language", "text", "company"),
    [
        ("de", "Ruhiger Tag\nEvotec hebt die Prognose an.", "evotec"),
        ("en", "Quiet day\nNike gained 3%, while others fell.", "nike"),
        ("fr", "Jour calme\nAccor relève ses prévisions.", "accor"),
        ("no", "Rolig dag\nNordex hever prognosen.", "nordex"),
        ("pl", "Spokojny dzień\nLanxess podnosi prognozę.", "lanxess"),
        ("tr", "Sakin gün\nSymrise beklentisini yükseltti.", "symrise"),
        ("it", "Giornata calma\nGeberit alza le stime.", "geberit"),
    ],
)
def test_names_that_are_no_words_need_no_context(language: str, text: str, company: str) -> None:
    assert named(text, language=language) == {company}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("no", "Rolig dag\nNeste kvartal blir bedre."),
        ("fi", "Rauhallinen päivä\nKone hajosi metsässä."),
        ("it", "Giornata calma\nAdesso piove. Mondi lontani."),
        ("de", "Ruhiger Tag\nDie Linde blüht. Safran ist teuer."),
        ("es", "Día tranquilo\nCintas de colores. Humana es la duda."),
        ("tr", "Sakin gün\nHalma oynadık."),
        ("id", "Hari tenang\nBesi itu berat. Sampo habis."),
        ("en", "Quiet day\nVisa rules are strict. Gap years are long. Match the colour, shell the peas. Eaton is a village."),
    ],
)
def test_names_that_are_words_too_need_context(language: str, text: str) -> None:
    assert not named(text, language=language)


def test_the_ambiguous_names_are_those_of_listed_firms() -> None:
    file = resources.files("transforms") / "reference" / "ambiguous_names.txt"
    names = file.read_text(encoding="utf-8").split()
    assert names == sorted(set(names))
    weak = {row["company_id"] for row in rows("listed_aliases.csv") if row["kind"] == "weak"}
    assert weak <= set(names)


@pytest.mark.parametrize(
    ("language", "text", "companies_named"),
    [
        pytest.param(
            "en",
            "RA World ransomware gang claims attack\nThe RA World group posted files. RA World said it hit a firm.",
            set(),
            id="a gang by the words beside it",
        ),
        pytest.param(
            "en",
            "LockBit claims attack on Corvane Health\nThe LockBit group said it hit Corvane Health. The company confirmed it.",
            {"corvane-health"},
            id="a gang by its name",
        ),
        pytest.param(
            "fr",
            "Le gang Noirelune attaque Corvane\nLe gang Noirelune a publié des données de la société Corvane.",
            {"corvane"},
            id="French",
        ),
        pytest.param(
            "es",
            "El grupo Lapsus$ ataca a Corvania\nLapsus$ publicó datos de la empresa Corvania. La empresa lo confirmó.",
            {"corvania"},
            id="Spanish",
        ),
        pytest.param(
            "id",
            "Laba Semester I-2022 naik\nLaba perusahaan Semester I-2022 naik. PT Sinar Laut (Persero) Tbk mencatat laba.",
            {"sinar-laut"},
            id="periods and forms",
        ),
    ],
)
def test_gangs_and_periods_are_no_firms(language: str, text: str, companies_named: set[str]) -> None:
    assert named(text, language=language) == companies_named


@pytest.mark.parametrize(
    ("language", "text", "company"),
    [
        ("es", "El banco Serrano gana 3 millones\nBanco Serrano ganó 3 millones. El banco Serrano creció.", "banco-serrano"),
        ("it", "Banca Serrano in utile\nBanca Serrano chiude bene. La società ha detto poco.", "banca-serrano"),
        ("pt", "Banco Serrano lucra 30 milhões\nO Banco Serrano lucrou 30 milhões.", "banco-serrano"),
        ("id", "Bank Kelapa untung\nBank Kelapa mencatat laba. Bank ini tumbuh.", "bank-kelapa"),
    ],
)
def test_a_noun_with_a_capital_is_part_of_the_name(language: str, text: str, company: str) -> None:
    assert named(text, language=language) == {company}


@pytest.mark.parametrize(
    ("language", "text", "companies_named"),
    [
        (
            "en",
            "Corvane Regional Hospital hit by ransomware\nCorvane Regional Hospital said so. The University of Oakvale helped.",
            {"corvane-regional-hospital"},
        ),
        (
            "en",
            "City of Corvaneville hit by cyberattack\nThe City of Corvaneville shut its systems.",
            {"city-of-corvaneville"},
        ),
        (
            "es",
            "Ciberataque contra la Universidad de Corvania\nLa Universidad de Corvania apagó todo.",
            {"universidad-de-corvania"},
        ),
        (
            "de",
            "Cyberangriff auf Universität Corvanien\nDie Universität Corvanien schaltet ab.",
            {"universitat-corvanien"},
        ),
        (
            "tr",
            "Corvan Üniversitesi saldırıya uğradı\nCorvan Üniversitesi saldırıyı doğruladı.",
            {"corvan-universitesi"},
        ),
        (
            "en",
            "Zoom fixes flaw found by University of Corvane\nThe University of Corvane told Zoom of it.",
            {"zoom"},
        ),
    ],
)
def test_an_institution_that_the_title_names_is_what_the_article_is_about(
    language: str, text: str, companies_named: set[str]
) -> None:
    assert named(text, language=language) == companies_named


def test_products_stand_for_their_makers() -> None:
    assert ("WeChat", "tencent", "product") in mentions("Apps\nMany use WeChat.", language="en")
    assert ("钉钉", "alibaba", "product") in mentions("应用\n很多人用钉钉开会", language="zh")


def test_the_company_is_the_articles_company() -> None:
    text = "Zoom wächst\nZoom verdient mehr. Analysten von Goldman Sachs staunen. Das Unternehmen stellt ein."
    assert ("Das Unternehmen", "zoom", "pronoun") in mentions(text, language="de")


@pytest.mark.parametrize(
    ("language", "text", "company"),
    [
        (
            "en",
            "Goldman Sachs lifts target\nNvidia rose. Goldman Sachs likes Nvidia. Nvidia fell later, Nvidia said.",
            "nvidia",
        ),
        ("en", "Nasdaq ends higher as Zoom jumps\nZoom rose 5%.", "zoom"),
    ],
)
def test_banks_and_exchanges_are_not_what_an_article_is_about(language: str, text: str, company: str) -> None:
    tape = tape_of(text, language=language)
    cut = sentences(tape)
    assert companies.main_of(tape, cut, companies.on_tape(tape, cut))["company_id"].to_list() == [company]


@pytest.mark.parametrize(
    ("language", "text", "word", "company"),
    [
        pytest.param("en", "Zoom grows\nZoom earned 5. Rival Five9 earned 7.", "7", "five9", id="nearest before"),
        pytest.param(
            "en", "Zoom grows\nZoom is worth more than IBM, about 130.", "130", "zoom", id="not the one compared with"
        ),
        pytest.param("de", "Zoom wächst\nDamit ist Zoom mehr wert als IBM, nämlich 130.", "130", "zoom", id="als"),
        pytest.param("en", "Zoom grows\nFive9 fell. It lost 7.", "7", "five9", id="sentence before in the paragraph"),
        pytest.param("en", "Zoom grows\nFive9 fell.\nRevenue was 7.", "7", "zoom", id="another paragraph"),
        pytest.param("ko", "줌 성장\n줌은 페이스북을 넘어 130을 벌었다", "130", "zoom", id="object ending"),
    ],
)
def test_subjects(language: str, text: str, word: str, company: str) -> None:
    tape = tape_of(text, language=language)
    cut = sentences(tape)
    found = companies.on_tape(tape, cut)
    spans = pl.DataFrame({"start": [text.rindex(word)]})
    subject = companies.subjects(tape, spans, found, cut, clauses(tape, cut))
    assert subject["company_id"].to_list() == [company]


def test_a_pronoun_gives_the_name_that_it_stands_for_as_the_mention() -> None:
    text = "Zoom grows\nZoom hired staff. The company earned 7."
    tape = tape_of(text, language="en")
    cut = sentences(tape)
    spans = pl.DataFrame({"start": [text.rindex("7")]})
    start, end = companies.subjects(tape, spans, companies.on_tape(tape, cut), cut, clauses(tape, cut)).row(0)[1:]
    assert (text[start:end], start) == ("Zoom", 11)


@pytest.mark.parametrize(
    ("language", "text", "country"),
    [
        ("en", "in the US and elsewhere", "US"),
        ("nl", "in de Verenigde Staten", "US"),
        ("de", "in Großbritannien", "GB"),
        ("pl", "w Chinach", "CN"),
        ("tr", "Türkiye'de", "TR"),
        ("es", "en EE.UU. hoy", "US"),
        ("pt", "nos EUA", "US"),
        ("zh", "在美国", "US"),
        ("ja", "中国で", "CN"),
        ("ko", "미국에서", "US"),
        ("ru", "в Китае", "CN"),
        ("ar", "في الصين", "CN"),
    ],
)
def test_countries(language: str, text: str, country: str) -> None:
    assert companies.countries_on_tape(tape_of(text, language=language))["country"].to_list() == [country]


def test_lower_case_us_is_no_country() -> None:
    assert companies.countries_on_tape(tape_of("tell us about turkey", language="en")).is_empty()


def test_names_tell_persons_institutions_and_firms() -> None:
    text = "News\nThe FTC sued Zoom. Chief executive Anna Brandt met Kelp Harbor there."
    tape = tape_of(text, language="en")
    kinds = {text[a:b]: k for a, b, k in companies.names_on_tape(tape).iter_rows()}
    assert kinds == {"FTC": "institution", "Zoom": "company", "Anna Brandt": "person", "Kelp Harbor": "name"}


PIECES = [
    *("Zoom", "zoom", "Apple", "İstanbul", "Kelp", "腾讯", "ズーム", "줌은", "Яндекса", "US", "CEO"),
    *("PLC", "Inc.", "(NASDAQ: ZM)", "S.p.A.", "AG", "公司", "شركة", "the", "der", "said", "'s"),
    *("«", "»", ",", ".", "\n", "5"),
]


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(sorted(lexicon.languages())),
    st.lists(
        st.lists(
            st.sampled_from(PIECES),
            min_size=1,
            max_size=10,
        ).map(" ".join),
        min_size=1,
        max_size=3,
    ),
)  # fmt: skip
def test_an_article_reads_the_same_alone_and_in_company(language: str, texts: list[str]) -> None:
    together = tape_of(*texts, language=language)
    found = companies.on_tape(together, sentences(together))
    starts = together.docs["start"].to_list()
    for i, text in enumerate(texts):
        own = found.with_columns(together.doc_of(found["start"])).filter(pl.col("doc") == i).drop("doc")
        own = own.with_columns(pl.col("start") - starts[i], pl.col("end") - starts[i])
        alone = tape_of(text, language=language)
        assert own.equals(companies.on_tape(alone, sentences(alone)))
