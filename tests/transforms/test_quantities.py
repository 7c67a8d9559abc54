"""Numbers in text: what newsrooms of eighteen languages write comes out as exact values, and what is no number does not."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal

import polars as pl
import pytest
from babel.localedata import locale_identifiers
from babel.numbers import format_compact_decimal, format_currency, format_decimal, format_percent
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms import generate_cldr, lexicon, quantities
from transforms.schemas import LANGUAGES
from transforms.spans import Tape


def read(language: str, *texts: str, source: str | None = None) -> pl.DataFrame:
    frame = pl.DataFrame({"article_id": [str(i) for i in range(len(texts))], "text": list(texts)})
    if source:
        frame = frame.with_columns(source_id=pl.lit(source))
    tape = Tape.of(frame, language=language)
    spans = quantities.on_tape(tape)
    return spans.with_columns(tape.slice("start", "end", spans).alias("text"))


def told(q: dict[str, Any]) -> str:
    """A quantity as `value[..high] unit`, with its comparator in front where it has one."""
    mark = {"over": ">", "under": "<", "approx": "~", "eq": ""}[q["comparator"]]
    high = "" if q["value_high"] is None else f"..{q['value_high'].normalize():f}"
    return f"{mark}{q['value'].normalize():f}{high} {q['unit'] or q['kind']}"


def said(language: str, text: str, source: str | None = None) -> list[str]:
    return [told(q) for q in read(language, text, source=source).iter_rows(named=True)]


@lru_cache(maxsize=64)
def said_in_all(language: str) -> dict[str, list[str]]:
    """What the cases of a language say, each an article of one tape."""
    every = [(lang, text) for lang, text, _ in CASES] + NOT_NUMBERS
    texts = [text for lang, text in every if lang == language]
    return {text: [told(q) for q in rows] for text, rows in zip(texts, readings(language, texts), strict=True)}


EXAMPLES = int(os.environ.get("NEWSLEDGER_EXAMPLES", "2"))
"""How often each property is tried; hundreds show what two do not."""
WRITTEN_TOGETHER = ("zh", "ja", "ko")
CASES = [
    # Amounts, separators and scale words by language
    # One number of two scale words, the larger first
    ("ru", "с 754,4 млрд до 1 трлн 5,1 млрд руб.", ["754400000000 RUB", "<1005100000000 RUB"]),
    ("ar", "بلغت الإيرادات مليار و168.5 مليون ريال", ["1168500000 SAR"]),
    ("ar", "3 مليارات و200 مليون دولار، ثم 2.5 مليار و 300 مليون", ["3200000000 USD", "2500000000 count", "300000000 count"]),
    ("pt", "1 bilhão e 200 milhões de reais", ["1200000000 BRL"]),
    ("it", "un miliardo e 200 milioni di euro", ["1200000000 EUR"]),
    ("de", "eine Milliarde 200 Millionen Euro", ["1200000000 EUR"]),
    ("en", "1 billion and 200 million dollars", ["1000000000 count", "200000000 USD"]),
    # Arabic numerals, halves and quarters in words before a scale
    ("ar", "ثلاثة ملايين ونصف المليون عميل", ["3500000 count"]),
    ("ar", "بقيمة مليار ونصف المليار دولار", ["1500000000 USD"]),
    ("ar", "نحو ربع مليار دولار", ["~250000000 USD"]),
    ("ar", "خمسة وعشرون مليون دولار خلال النصف الأول", ["25000000 USD"]),
    # Chinese figures by their places; two beside each other are a guess
    ("zh", "合併營收九八九九億元，四○○億美元至四二○億美元", ["989900000000 TWD", "40000000000..42000000000 USD"]),
    ("zh", "二三十億元", []),
    # Dirhams and dinars by the country that the text speaks of
    ("ar", "حقق مكتب الفوسفاط في المغرب 32 مليار درهم", ["32000000000 MAD"]),
    ("fr", "La banque tunisienne a gagné 300 millions de dinars", ["300000000 TND"]),
    # Rand before separators and scale words only; Taiwan's dollar; a dash for cents tells the other mark
    ("en", "R8,499 and R1.2 billion, not R1", ["8499 ZAR", "1200000000 ZAR"]),
    ("en", "T$12.5 billion", ["12500000000 TWD"]),
    ("nl", "1.899,- euro", ["1899 count"]),
    ("en", "half a dozen firms, two dozen more", ["6 count", "24 count"]),
    ("es", "media docena de empresas", ["6 count"]),
    ("ja", "100分の5、10分の3", ["~0.05 fraction", "~0.3 fraction"]),
    ("en", "revenue of $328.2 million, up 169%", ["328200000 USD", "169 percent"]),
    ("en", "EUR 3.4bn and USD34.6 million", ["3400000000 EUR", "34600000 USD"]),
    ("en", "$13 009 million", ["13009000000 USD"]),
    ("en", "£38m, A$5m, C$2.5bn and NT$187bn", ["38000000 GBP", "5000000 AUD", "2500000000 CAD", "187000000000 TWD"]),
    ("en", "₹1,23,456 crore or Rs 500 lakh", ["1234560000000 INR", "50000000 INR"]),
    ("nl", "328,2 miljoen dollar, 4.530 klanten", ["328200000 USD", "4530 count"]),
    ("nl", "5,2 mrd euro en 27 mln pond", ["5200000000 EUR", "27000000 GBP"]),
    ("de", "2,5 Mio. Kunden, 1,2 Mrd. Euro, CHF 433'700", ["2500000 count", "1200000000 EUR", "433700 CHF"]),
    ("fr", "27 M€, 1 502 clients, 3,1 Mds d’euros", ["27000000 EUR", "1502 count", "3100000000 EUR"]),
    ("it", "1,8 miliardi di dollari e 265.400 clienti", ["1800000000 USD", "265400 count"]),
    ("es", "4.530 millones de euros", ["4530000000 EUR"]),
    ("es", "12 mil millones de dólares, 300 mdd", ["12000000000 USD", "300000000 USD"]),
    ("pt", "R$ 3,2 bilhões e US$ 50 mi", ["3200000000 BRL", "50000000 USD"]),
    ("sv", "1 502 miljoner kronor, 3,5 mdkr, 500 MSEK", ["1502000000 SEK", "3500000000 SEK", "500000000 SEK"]),
    ("sv", "0:42 kronor per aktie", ["0.42 SEK"]),
    ("no", "1,5 milliarder kroner, 300 MNOK", ["1500000000 NOK", "300000000 NOK"]),
    ("da", "1,5 mia. kr. og 12,5 pct.", ["1500000000 DKK", "12.5 percent"]),
    ("pl", "1,5 mld zł, 465 tys. klientów", ["1500000000 PLN", "465000 count"]),
    ("tr", "777,2 milyon dolara, %12, yüzde 355", ["777200000 USD", "12 percent", "355 percent"]),
    ("tr", "4 bin 480 kişi", ["4480 count"]),
    ("id", "Rp 1,5 triliun dan 5 juta dolar AS", ["1500000000000 IDR", "5000000 USD"]),
    ("zh", "3.282亿美元，38.5亿元人民币，1000万", ["328200000 USD", "3850000000 CNY", "10000000 count"]),
    ("zh", "新台幣187億元", ["18700000000 TWD"]),
    ("ja", "4兆2000億円、1億2345万人", ["4200000000000 JPY", "123450000 count"]),
    ("ko", "38조5천400억원, 3억2820만달러", ["38540000000000 KRW", "328200000 USD"]),
    ("ru", "1,5 млрд руб., 465 тыс. клиентов", ["1500000000 RUB", "465000 count"]),
    ("fi", "noin 1,5 miljardia euroa, 465 000 asiakasta", ["~1500000000 EUR", "465000 count"]),
    ("fi", "18,2 miljoonasta eurosta 23,7 miljoonaan euroon", ["18200000 EUR", "23700000 EUR"]),
    ("fi", "kasvoi 12,4 prosenttia 204,1 miljoonaan kruunuun", ["12.4 percent", "204100000 SEK"]),
    ("fi", "3,5 prosenttiyksikköä, puoli miljardia dollaria, kaksinkertaistui", ["3.5 percent", "500000000 USD", "2 multiple"]),
    ("fi", "yli 36 000 ihmistä, 800–830 milj. euroa, 5 sentin", [">36000 count", "800000000..830000000 EUR", "0.05 EUR"]),
    ("ar", "1.5 مليار دولار و ١٢٫٥ مليون ريال", ["1500000000 USD", "12500000 SAR"]),
    # Shares, points and parts of a currency
    ("en", "1.2 percentage points and 50 basis points", ["1.2 percent", "0.5 percent"]),
    ("zh", "三成，百分之五，2.3个百分点", ["30 percent", "5 percent", "2.3 percent"]),
    ("ja", "約3割", ["~30 percent"]),
    ("en", "33p and 20 cents a share", ["0.33 GBP", "0.2 USD"]),
    ("nl", "20 cent winst", ["0.2 EUR"]),
    ("nl", "De omzet was 5 miljoen dollar. De winst was 20 cent per aandeel", ["5000000 USD", "0.2 USD"]),
    ("en", "12 euros and 15 cents", ["12.15 EUR"]),
    ("zh", "50元6角三分", ["50.63 CNY"]),
    # In words
    ("en", "half a billion, two hundred thousand", ["500000000 count", "200000 count"]),
    ("en", "three point five percent", ["3.5 percent"]),
    ("nl", "anderhalf miljard, een kwart miljard euro", ["1500000000 count", "250000000 EUR"]),
    ("de", "eine halbe Milliarde Euro, fünfundzwanzig Prozent", ["500000000 EUR", "25 percent"]),
    ("it", "mezzo miliardo di euro", ["500000000 EUR"]),
    ("fr", "près d'un milliard d'euros, un demi-million", ["~1000000000 EUR", "500000 count"]),
    ("ru", "миллиард рублей, полтора миллиарда", ["1000000000 RUB", "1500000000 count"]),
    ("zh", "四十九兆九千五百九十二億元", ["49959200000000 TWD"]),
    ("ar", "ملياري دولار", ["2000000000 USD"]),
    ("nl", "honderd procent, driehonderdvijftig miljoen euro", ["100 percent", "350000000 EUR"]),
    ("nl", "tweeëntwintig procent, twee derde procent", ["22 percent", "0.666667 percent"]),
    ("de", "zweihundertvierzig Prozent, dreihundertfünfzig Millionen Euro", ["240 percent", "350000000 EUR"]),
    ("it", "duecentoquaranta per cento, trecentocinquanta milioni di euro", ["240 percent", "350000000 EUR"]),
    ("it", "centomila dollari, mille miliardi di lire", ["100000 USD", "1000000000000 ITL"]),
    ("it", "due milioni e mezzo di euro, 2 milioni e mezzo", ["2500000 EUR", "2500000 count"]),
    ("es", "tres millones y medio de euros, 1,2 mil millones", ["3500000 EUR", "1200000000 count"]),
    ("pt", "dois milhões e meio de reais", ["2500000 BRL"]),
    ("fr", "3 millions et demi d'euros", ["3500000 EUR"]),
    ("es", "ciento treinta y dos quintos por ciento, uno sobre tres por ciento", ["26.4 percent", "0.333333 percent"]),
    ("ja", "百パーセント、五・八パーセント、数百万ドル", ["100 percent", "5.8 percent"]),
    ("ja", "百万米ドル、千円、百円", ["1000000 USD", "1000 JPY", "100 JPY"]),
    ("ko", "이십이 퍼센트, 백만 미국 달러, 천 원", ["22 percent", "1000000 USD", "1000 KRW"]),
    ("ko", "삼천억 원, 구조 원칙과 사원 300명, 이 프로그램", ["300000000000 KRW", "300 count"]),
    ("zh", "六   个 百 分点，1000  万", ["6 percent", "10000000 count"]),
    # Multiples and fractions
    ("en", "tripled, doubled, halved", ["3 multiple", "2 multiple", "0.5 multiple"]),
    ("en", "30 times, five-fold, 33x", ["30 multiple", "5 multiple", "33 multiple"]),
    ("nl", "verviervoudigd, zeven keer", ["4 multiple", "7 multiple"]),
    ("de", "verdreißigfachte sich, ein Drittel", ["30 multiple", "~0.333333 fraction"]),
    ("de", "vervierunddreißigfachte", ["34 multiple"]),
    ("it", "il doppio, quasi triplicate", ["2 multiple", "~3 multiple"]),
    ("es", "se multiplicó por 4,6", ["4.6 multiple"]),
    ("it", "più del doppio", [">2 multiple"]),
    ("fr", "multipliés par trois, multiplié par 3,5", ["3 multiple", "3.5 multiple"]),
    ("id", "naik menjadi Rp1,2 triliun dari Rp830 miliar", ["1200000000000 IDR", "830000000000 IDR"]),
    ("en", "Revenue topped $1bn", [">1000000000 USD"]),
    ("zh", "翻倍，近30倍", ["2 multiple", "~30 multiple"]),
    ("ko", "두 배", ["2 multiple"]),
    # Comparators, before and after
    ("nl", "ruim 465.000, bijna 5 miljoen, maximaal 100", [">465000 count", "~5000000 count", "<100 count"]),
    ("de", "gut 300, knapp 20 Prozent, 465.000 oder mehr", [">300 count", "~20 percent", ">465000 count"]),
    ("en", "for under $5m, up to 100, 300+ schools", ["<5000000 USD", "<100 count", ">300 count"]),
    ("sv", "drygt 500 kunder", [">500 count"]),
    ("zh", "1000万以上，不到5%，100多万家", [">10000000 count", "<5 percent", ">1000000 count"]),
    ("ja", "100万人以上", [">1000000 count"]),
    ("ko", "약 300만명 이상", ["~3000000 count"]),
    ("tr", "10'dan fazla", [">10 count"]),
    ("ru", "до 1000 участников", ["<1000 count"]),
    ("ru", "Выручка выросла до 1,5 млрд рублей", ["1500000000 RUB"]),
    ("en", "~50 %", ["~50 percent"]),
    # A difference and a level, no range; a level after a verb of change, no limit; an earlier figure, no bound
    ("en", "Subscribers rose by 5,200 to 204,100 in the quarter.", ["5200 count", "204100 count"]),
    ("en", "Staff grew 1,250 to 98,400.", ["1250 count", "98400 count"]),
    ("en", "Sales rose by 5 to 6 percent at 10 to 500 shops", ["5..6 percent", "10..500 count"]),
    ("nl", "Het aantal abonnees steeg met 5.200 tot 204.100.", ["5200 count", "204100 count"]),
    ("sv", "Antalet kunder ökade med 5 200 till 204 100.", ["5200 count", "204100 count"]),
    ("no", "Antall kunder økte med 5.200 til 204.100.", ["5200 count", "204100 count"]),
    ("da", "Antallet af kunder steg med 5.200 til 204.100.", ["5200 count", "204100 count"]),
    ("pl", "Liczba klientów wzrosła o 5200 do 204 100.", ["5200 count", "204100 count"]),
    ("it", "I clienti sono aumentati di 5.200 a 204.100.", ["5200 count", "204100 count"]),
    ("es", "Los abonados aumentaron en 5.200 hasta 204.100.", ["5200 count", "204100 count"]),
    ("pt", "O número de assinantes aumentou em 5.200 para 204.100.", ["5200 count", "204100 count"]),
    ("zh", "用户增加5,200至204,100。", ["5200 count", "204100 count"]),
    ("ru", "Число абонентов выросло на 5200 до 204 100.", ["5200 count", "204100 count"]),
    ("ar", "ارتفع عدد المشتركين بمقدار 5,200 إلى 204,100.", ["5200 count", "204100 count"]),
    ("ru", "Чистая прибыль прибавила 5%, до $4,4 млрд.", ["5 percent", "4400000000 USD"]),
    ("ru", "Показатель достиг 5%, до $4,4 млрд.", ["5 percent", "4400000000 USD"]),
    ("pl", "Zysk poszedł w górę do 100 mln zł! Bezpłatne do 100 osób", ["100000000 PLN", "<100 count"]),
    ("es", "El beneficio fue de 5 millones, hasta un 12% más.", ["5000000 count", "<12 percent"]),
    ("en", "below the $1.21 billion expected, under the $50 million mark", ["1210000000 USD", "<50000000 USD"]),
    ("nl", "onder de 104,3 miljoen, boven de 100 miljoen euro", ["104300000 count", ">100000000 EUR"]),
    ("de", "unter den 104,3 Millionen Euro des Vorjahres", ["104300000 EUR"]),
    ("fr", "sous les 104,3 millions d'euros de 2021", ["104300000 EUR"]),
    ("es", "por debajo de los 104,3 millones de euros", ["104300000 EUR"]),
    ("pt", "abaixo dos 104,3 milhões, abaixo dos 100 milhões de euros", ["104300000 count", "<100000000 EUR"]),
    ("it", "sotto i 104,3 milioni di euro", ["104300000 EUR"]),
    # Signs
    ("de", "−151 Millionen Euro, -10,6 %, +16%", ["-151000000 EUR", "-10.6 percent", "16 percent"]),
    ("en", "(10.6)%, $(5.2) million, ($5.2 million)", ["-10.6 percent", "-5200000 USD", "5200000 USD"]),
    ("ja", "▲3.2億円、マイナス5億円", ["-320000000 JPY", "-500000000 JPY"]),
    # Ranges, pairs and what they share
    ("zh", "19.8亿-20亿美元", ["1980000000..2000000000 USD"]),
    ("zh", "412至425億美元", ["41200000000..42500000000 USD"]),
    ("en", "between $1 and $2bn", ["1000000000..2000000000 USD"]),
    ("en", "$1.07-$1.08, $780-785 million", ["1.07..1.08 USD", "780000000..785000000 USD"]),
    ("en", "$780 to 785 million", ["780000000..785000000 USD"]),
    ("nl", "5,2 à 5,4 mrd euro", ["5200000000..5400000000 EUR"]),
    ("nl", "51-52 procent, tussen 51 en 52 procent", ["51..52 percent", "51..52 percent"]),
    ("it", "fra 1,775 e 1,8 miliardi", ["1775000000..1800000000 count"]),
    ("it", "da 3 a 20 centesimi", ["0.03 EUR", "0.2 EUR"]),
    ("it", "12 milioni e 250mila euro", ["12250000 EUR"]),
    ("de", "von 2,2 auf 198,4 Millionen Dollar", ["2200000 USD", "198400000 USD"]),
    ("fr", "entre 44 et 46 cents", ["0.44..0.46 EUR"]),
    ("ko", "25억7500만~25억8000만달러", ["2575000000..2580000000 USD"]),
    ("id", "US$ 495 juta - US$ 500 juta", ["495000000..500000000 USD"]),
    ("sv", "mellan 5 och 6 procent", ["5..6 percent"]),
    ("ko", "25∼30억원", ["2500000000..3000000000 KRW"]),
    ("ko", "2천∼3천명", ["2000..3000 count"]),
    ("nl", "20 à 22 procent", ["20..22 percent"]),
    ("es", "(4.243 y 4.262 millones)", ["4243000000 count", "4262000000 count"]),
    ("en", "300 and 2 million users, 5 and 6 million", ["300 count", "2000000 count", "5000000 count", "6000000 count"]),
    ("en", "earnings of 88 cents and $1.11 billion in sales", ["0.88 USD", "1110000000 USD"]),
    ("ja", "10ドルから20ドルに上昇、2兆から3兆円", ["10 USD", "20 USD", "2000000000000..3000000000000 JPY"]),
    ("ko", "주가는 10달러에서 20달러로", ["10 USD", "20 USD"]),
    ("sv", "SEK 1,6 (-1,4) miljarder, 240 (210) miljoner kronor",
     ["1600000000 SEK", "-1400000000 SEK", "240000000 SEK", "210000000 SEK"]),
    ("en", "a profit of $5 (400 in all)", ["5 USD", "400 count"]),
    ("es", "44.800-45.200 millones de euros", ["44800000000..45200000000 EUR"]),
    ("en", "44,800 to 45,200 million", ["44800000000..45200000000 count"]),
    ("ja", "645億円→650億円、12%→15%", ["64500000000 JPY", "65000000000 JPY", "12 percent", "15 percent"]),
    ("zh", "645亿元→650亿元", ["64500000000 CNY", "65000000000 CNY"]),
    # From one level to another after a verb of change, else a range
    ("ru", "выручка выросла с 88,6 млрд до 94,3 млрд рублей", ["88600000000 RUB", "94300000000 RUB"]),
    ("ru", "продажи с 88,6 млрд до 94,3 млрд рублей", ["88600000000..94300000000 RUB"]),
    ("es", "las ventas subieron de 3.800 a 4.000 millones", ["3800000000 count", "4000000000 count"]),
    ("es", "prevé ventas de 3.800 a 4.000 millones", ["3800000000..4000000000 count"]),
    ("en", "sales rose from $5.2 billion to $5.4 billion", ["5200000000 USD", "5400000000 USD"]),
    ("en", "Costs fell. It expects from $5.2 billion to $5.4 billion", ["5200000000..5400000000 USD"]),
    ("es", "subió a una horquilla de 3.800 a 4.000 millones", ["3800000000..4000000000 count"]),
    ("es", "creció de 3.800-4.000 millones", ["3800000000..4000000000 count"]),
    # Several numbers in words that share what follows
    ("de", "zwei und vier Prozent, zwischen zwei und vier Millionen Euro", ["2 percent", "4 percent", "2000000..4000000 EUR"]),
    ("de", "zwei bis vier Prozent, hundert und vier Millionen Euro", ["2..4 percent", "104000000 EUR"]),
    ("en", "two and four percent, one hundred and four percent", ["2 percent", "4 percent", "104 percent"]),
    ("en", "It counted three million two hundred and five thousand people", ["3205000 count"]),
    ("es", "llegaron dos millones cuarenta y tres mil personas", ["2043000 count"]),
    ("pt", "subiu trinta e um vírgula vinte e cinco por cento", ["31.25 percent"]),
    ("es", "las ventas sumaron treinta y un mil millones de euros", ["31000000000 EUR"]),
    ("es", "crecerá entre un 3% y un 5%", ["3..5 percent"]),
    ("pt", "deve crescer entre um 3% e um 5%", ["3..5 percent"]),
    ("en", "two or three hundred employees, two to four percent", ["200 count", "300 count", "2..4 percent"]),
    ("es", "dos y cuatro por ciento, treinta y dos por ciento", ["2 percent", "4 percent", "32 percent"]),
    ("fr", "deux et quatre pour cent, soixante et onze pour cent", ["2 percent", "4 percent", "71 percent"]),
    ("pt", "cento e vinte e quatro por cento, dois ou três milhões de reais", ["124 percent", "2000000 BRL", "3000000 BRL"]),
    ("pl", "dwa i cztery procent", ["2 percent", "4 percent"]),
    ("ru", "два и четыре процента", ["2 percent", "4 percent"]),
    ("tr", "yüzde iki ve dört", ["2 percent", "4 percent"]),
    ("ar", "بين خمسة وعشرة في المئة، خمسة وعشرين في المئة", ["5..10 percent", "25 percent"]),
    # What others misread: their trackers and ours
    ("nl", "EUR 3,4 miljard en 2,3 miljoen dollar", ["3400000000 EUR", "2300000 USD"]),
    ("it", "2,3 milioni di dollari, 3,4 miliardi di euro", ["2300000 USD", "3400000000 EUR"]),
    ("en", "12 euros and 15, USD 34.6 million", ["12 EUR", "15 EUR", "34600000 USD"]),
    ("fr", "12 euros et 15 salariés", ["12 EUR", "15 count"]),
    ("fr", "12 euros 50, deux cent dix pour cent", ["12.5 EUR", "210 percent"]),
    ("de", "1,118 Milliarden Franken, 1.22 Dollar", ["1118000000 CHF", "1.22 USD"]),
    ("de", "1'118 Milliarden Franken, 12,5 Mio. US-Dollar", ["1118000000000 CHF", "12500000 USD"]),
    ("tr", "1 milyon 900 bin TL", ["1900000 TRY"]),
    ("en", ".5 percent, $.75 and 5½%", ["0.5 percent", "0.75 USD", "5.5 percent"]),
    ("en", "a US$4.7 billion deal, 75 USD million", ["4700000000 USD", "75000000 USD"]),
    ("en", "$20 $30, rmb 10 usd 20", ["20 USD", "30 USD", "10 CNY", "20 USD"]),
    ("en", "3 dozen, a dozen employees", ["36 count", "12 count"]),
    ("en", "Rp 31.500, ¥1,500", ["31500 IDR", "1500 JPY"]),
    ("en", "1 1/2 percent, 3/4%, three quarters of a percent", ["1.5 percent", "0.75 percent", "0.75 percent"]),
    ("es", "3 euros con 99 céntimos", ["3.99 EUR"]),
    ("zh", "千分之五，七成六，三成半", ["0.5 percent", "76 percent", "35 percent"]),
    ("no", "2 kroner og 23 øre", ["2.23 NOK"]),
    ("fr", "8,82 G$, 12 M$, 3 Md$, 10,5 G€, un an", ["8820000000 USD", "12000000 USD", "3000000000 USD", "10500000000 EUR"]),
    ("tr", "6.743m TL, 12,5 mlr TL", ["6743000000 TRY", "12500000000 TRY"]),
    ("en", "5 kö, 10k$, 5kč", ["5 count", "10000 USD"]),
    ("ko", "5만4천900원, 5만4,900원, 1주당 500원", ["54900 KRW", "54900 KRW", "500 KRW"]),
    ("ja", "1株当たり純利益は12円、2分の1、3分の2", ["12 JPY", "0.5 fraction", "~0.666667 fraction"]),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "expected"), CASES, ids=[f"{c[0]}-{c[1][:30]}" for c in CASES])
def test_newsrooms_numbers(language: str, text: str, expected: list[str]) -> None:
    assert said_in_all(language)[text] == expected


NOT_NUMBERS = [
    ("en", "In 2020 and on September 30, 2022, at 14:30, 2020-06-30 and Q1 2021"),
    ("en", "Covid-19, G20, 3D, 4K, 5G, Boeing 737, S&P 500, CAC 40, iPhone 12, Office 365"),
    ("en", "version 5.0.1, 192.168.1.2, 24/7, 9/11, 555-1234, a 3-1 win, form 10-K"),
    ("en", "1. First point\n2) Second point"),
    ("en", "the firm won two prizes, one of them"),
    ("en", "call 5551234567 or 192.168.1.2, 24/7 on 3/4"),
    ("en", "see https://example.com/2020/05?q=30%25%2020%"),
    ("nl", "op 30 september 2022 om 14.30 uur"),
    ("de", "am 30. September 2022, im 3. Quartal, 14.30 Uhr"),
    ("fr", "le 30 septembre 2022 à 14 heures"),
    ("sv", "klockan 14:30 den 30 september"),
    ("zh", "2020年9月30日第3季度"),
    ("ja", "2020年9月30日、第2四半期"),
    ("ko", "2020년 9월 30일 2분기 제3공장"),
    ("ru", "30 сентября 2022 года"),
    ("zh", "富士康(601138)今日一家"),
]


@pytest.mark.parametrize(("language", "text"), NOT_NUMBERS, ids=[f"{c[0]}-{c[1][:30]}" for c in NOT_NUMBERS])
def test_what_is_no_quantity(language: str, text: str) -> None:
    assert said_in_all(language)[text] == []


def test_measures_are_plain_and_ordinals_are_ordinals() -> None:
    kinds = read("en", "a 40-minute call, 12 km, 3 years, the 2nd quarter")["kind"].to_list()
    assert kinds == ["plain", "plain", "plain", "ordinal"]


def test_years_count_where_people_follow() -> None:
    assert said("en", "2000 employees") == ["2000 count"]


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("$328.2 million", "100000"),
        ("465,000 customers", "1000"),
        ("769 customers", "1"),
        ("1,300 jobs", "1"),
        ("5.25%", "0.01"),
    ],
)
def test_the_step_is_the_place_of_the_last_stated_digit(text: str, step: str) -> None:
    assert read("en", text)["value_step"].to_list() == [Decimal(step)]


def test_a_doubtful_separator_keeps_its_second_reading() -> None:
    row = read("es", "US$ 2,370 millones").row(0, named=True)
    assert (row["ambiguous"], row["value"], row["value_other"]) == (True, Decimal(2_370_000_000), Decimal(2_370_000))
    assert said("es", "creció 11.2% a US$ 2,370 millones") == ["11.2 percent", "2370000000 USD"]
    assert not read("es", "creció 11.2% a US$ 2,370 millones")["ambiguous"].any()


def test_a_dollar_is_that_of_the_source() -> None:
    assert said("en", "$5 million") == ["5000000 USD"]
    assert said("en", "$5 million", source="example.com.au") == ["5000000 AUD"]


def test_a_bare_number_may_be_money_of_the_currency_beside_it() -> None:
    spans = read("de", "Umsatz 185,7 Mio. Dollar nach 5,5 Mio. im Vorjahr")
    assert spans["currency_hint"].to_list() == [None, "USD"]


@pytest.mark.parametrize(
    ("language", "text", "source", "unit"),
    [
        ("en", "500 million kroner", "e24.no", "NOK"),
        ("en", "500 million kroner", "x.dk", "DKK"),
        ("en", "Norwegian kroner fell: 5 Norwegian kroner, then 3 million kroner", "x.com", "NOK"),
        ("fr", "3 milliards de francs", "x.ch", "CHF"),
        ("fr", "3 milliards de francs", "x.sn", "XOF"),
        ("en", "5 million rupees", "dawn.pk", "PKR"),
        ("en", "5 million rupees", "x.com", "INR"),
        ("ar", "5 ملايين دينار", "x.jo", "JOD"),
        ("es", "5 millones de pesos", "x.co", "COP"),
    ],
)
def test_a_name_that_countries_share_is_that_of_the_article_or_source(language: str, text: str, source: str, unit: str) -> None:
    assert set(read(language, text, source=source)["unit"]) == {unit}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_currency_is_read_by_its_names(language: str) -> None:
    """All currencies of today by all their names in CLDR, but for those that begin like a number (百慕大元, "küba")."""
    known = generate_cldr.currencies(language)
    begin = set(lexicon.of_kind(language, "scale", "scale.spaced", "number.word", "number.middle")["pattern"])
    together = language in WRITTEN_TOGETHER
    every = [(code, name.strip("*")) for code, listed in known.items() for name in listed]
    names = [(code, n) for code, n in every if n[0] not in begin or not (together or language == "tr")]
    gap, end = ("", "。") if language in ("zh", "ja") else (" ", ".")
    found = readings(language, [f"25{gap}{name}{end}" for _, name in names])
    wrong = [n for (c, n), rows in zip(names, found, strict=True) if [(q["unit"], q["value"]) for q in rows] != [(c, 25)]]
    assert wrong == []


def test_a_currency_name_before_a_number_is_another_word() -> None:
    assert said("en", "it won 5 contracts and won a $2 million order") == ["5 count", "2000000 USD"]
    assert said("en", "ALL 5 and TRY 50") == ["5 ALL", "50 TRY"]
    assert said("en", "all 5 and try 50") == ["5 count", "50 count"]


LOCALES = {"no": "nb", "zh": "zh_Hans"}
amounts = st.decimals(min_value=Decimal("0.01"), max_value=Decimal(99_999_999), places=2)


def locale(language: str) -> str:
    return LOCALES.get(language, language)


def readings(language: str, texts: list[str]) -> list[list[dict[str, Any]]]:
    """The quantities of each text; all are read at once, since a tape of forty texts costs what one of a single text does."""
    frame = pl.DataFrame({"article_id": [str(i) for i in range(len(texts))], "text": texts})
    tape = Tape.of(frame, language=language)
    spans = quantities.on_tape(tape)
    rows: list[list[dict[str, Any]]] = [[] for _ in texts]
    for row in spans.with_columns(tape.doc_of(spans["start"])).iter_rows(named=True):
        rows[row["doc"]].append(row)
    return rows


def several(values: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(values, min_size=20, max_size=40)


@pytest.mark.parametrize("language", LANGUAGES)
@given(values=several(amounts))
@settings(max_examples=EXAMPLES, deadline=None)
def test_numbers_of_every_locale_read_back(language: str, values: list[Decimal]) -> None:
    written = [format_decimal(v, locale=locale(language), decimal_quantization=False) + " %" for v in values]
    for value, rows in zip(values, readings(language, written), strict=True):
        assert value in (rows[0]["value"], rows[0]["value_other"])


COUNTRIES = [
    (language, name)
    for language in LANGUAGES
    for name in locale_identifiers()
    if name.split("_")[0] == locale(language).split("_")[0] and (language != "no" or name.startswith("nb"))
]
sizes = st.sampled_from([1, 1000, 10**6])


@given(
    st.lists(
        st.tuples(st.sampled_from(COUNTRIES), amounts, sizes, st.sampled_from(["", "x ", "(", "+"])), min_size=40, max_size=60
    )
)
@settings(max_examples=EXAMPLES, deadline=None)
def test_numbers_of_every_country_read_back(values: list[tuple[tuple[str, str], Decimal, int, str]]) -> None:
    """Whatever the country's separators, digits and spaces: the value, or the second reading where a mark says nothing."""
    for language in {language for (language, _), *_ in values}:
        chosen = [(name, amount * size, before) for (lang, name), amount, size, before in values if lang == language]
        written = [f"{before}{format_decimal(v, locale=name, decimal_quantization=False)} %" for name, v, before in chosen]
        for (name, value, _), text, rows in zip(chosen, written, readings(language, written), strict=True):
            assert value in [v for q in rows for v in (q["value"], q["value_other"])], (name, text)


codes = st.sampled_from(["EUR", "USD", "GBP", "JPY", "CHF", "SEK", "PLN", "BRL"])


@pytest.mark.parametrize("language", LANGUAGES)
@given(values=several(st.tuples(codes, amounts)))
@settings(max_examples=EXAMPLES, deadline=None)
def test_amounts_of_every_locale_read_back(language: str, values: list[tuple[str, Decimal]]) -> None:
    written = [
        format_currency(v, code, locale=locale(language), currency_digits=False, format_type="name") for code, v in values
    ]
    for (code, value), rows in zip(values, readings(language, [f"x {w} x" for w in written]), strict=True):
        assert value in [v for q in rows if q["unit"] == code for v in (q["value"], q["value_other"])]


@pytest.mark.parametrize("language", LANGUAGES)
@given(values=several(st.integers(1, 999)))
@settings(max_examples=EXAMPLES, deadline=None)
def test_percentages_of_every_locale_read_back(language: str, values: list[int]) -> None:
    written = [f"x {format_percent(Decimal(v) / 100, locale=locale(language))} x" for v in values]
    for value, rows in zip(values, readings(language, written), strict=True):
        assert Decimal(value) in [q["value"] for q in rows if q["kind"] == "percent"]


@pytest.mark.parametrize("language", LANGUAGES)
@given(values=several(st.tuples(st.integers(2, 99), st.sampled_from([6, 9]))))
@settings(max_examples=EXAMPLES, deadline=None)
def test_scale_words_of_every_locale_read_back(language: str, values: list[tuple[int, int]]) -> None:
    form: Literal["short", "long"] = "short" if language in ("zh", "ja", "ko") else "long"
    numbers = [n * 10**power for n, power in values]
    written = [format_compact_decimal(n, format_type=form, locale=locale(language), fraction_digits=2) for n in numbers]
    for number, rows in zip(numbers, readings(language, [f"x {w} x" for w in written]), strict=True):
        assert Decimal(number) in [q["value"] for q in rows]


pieces = st.sampled_from([text for _, text, _ in CASES] + ["\n", " - ", "€", "5", "100 ", "%", "to ", "(", "亿"])
texts = st.lists(st.lists(pieces, max_size=8).map("".join), min_size=1, max_size=6)


@given(st.sampled_from(LANGUAGES), texts)
@settings(max_examples=7 * EXAMPLES, deadline=None)
def test_spans_slice_the_text_and_do_not_overlap(language: str, said: list[str]) -> None:
    spans = read(language, *said)
    assert dict(spans.drop("text").schema) == quantities.QUANTITIES
    assert (spans["start"] < spans["end"]).all()
    assert ((spans["start"] <= spans["number_start"]) & (spans["number_end"] <= spans["end"])).all()
    assert (spans["end"].shift(1) <= spans["start"]).all()
    assert not spans["text"].str.contains("\x1d").any()


@given(st.sampled_from(LANGUAGES), texts)
@settings(max_examples=3 * EXAMPLES, deadline=None)
def test_batches_do_not_change_what_is_read(language: str, said: list[str]) -> None:
    frame = pl.LazyFrame({"article_id": [str(i) for i in range(len(said))], "language": language, "text": said})
    together = quantities.quantities(frame).collect().sort("article_id", "start", "end")
    alone = pl.concat([quantities.quantities(frame.slice(i, 1)).collect() for i in reversed(range(len(said)))])
    assert together.equals(alone.sort("article_id", "start", "end"))


def test_threads_do_not_change_what_is_read() -> None:
    spoken = sorted({language for language, *_ in CASES})
    alone = {language: said_in_all(language) for language in spoken}

    def once(language: str) -> dict[str, list[str]]:
        return said_in_all.__wrapped__(language)

    with ThreadPoolExecutor(4) as pool:
        assert dict(zip(spoken, pool.map(once, spoken), strict=True)) == alone


def test_an_unknown_language_yields_no_row() -> None:
    frame = pl.LazyFrame({"article_id": ["a"], "language": ["und"], "text": ["5 %"]})
    assert quantities.quantities(frame).collect().is_empty()
