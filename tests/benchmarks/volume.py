"""Measures the whole job at volume: `python tests/benchmarks/volume.py --articles 10000`.

Writes plain articles into a landing folder in a temporary place, runs the steps of the job over them in this process, and
prints seconds and processor seconds for each step, articles a second and peak memory. With `--read-only` only the reader
runs, a thousand articles at a time, so that its memory shows. The articles are made of sentences of our own, no two the
same, in six languages; one in three has figures, deals and breaches. `--profile` prints where the time of steps goes.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl

from orchestration import pipeline
from orchestration.auditor import Beside, Judge
from orchestration.pipeline import Ledger
from orchestration.sources.landing import LocalFiles
from transforms.articles import article_id, reading
from transforms.reading.workers import cores
from transforms.schemas import RAW_ARTICLES
from warehouse.home import Home

NAMES = ("Larkfield", "Vantrix", "Ostermoor", "Belgrano", "Quillby", "Ravenna", "Tidewater", "Halvorsen", "Mirabel", "Corvane")
KINDS = ("Systems", "Energy", "Foods", "Motors", "Bank", "Retail", "Chemicals", "Media", "Logistics", "Software")

FACTS: dict[str, tuple[str, ...]] = {
    "en": (
        "{name} reported revenue of ${a}.{b} million in the first quarter of 2021, up {c}% from a year earlier.",
        "Net profit rose to ${b}.{a} million, and the company expects sales of about ${c} million for the full year.",
        "{name} agreed to buy {other} for ${c} million in cash.",
        "Attackers stole the data of {c}00 customers of {name} in March.",
        "Shares of {name} fell {b}% on Tuesday after the announcement.",
    ),
    "nl": (
        "{name} boekte in het eerste kwartaal van 2021 een omzet van {a},{b} miljoen euro, {c} procent meer dan vorig jaar.",
        "De nettowinst steeg naar {b},{a} miljoen euro.",
        "{name} neemt {other} over voor {c} miljoen euro.",
        "Het aandeel {name} daalde dinsdag {b} procent.",
    ),
    "de": (
        "{name} steigerte den Umsatz im ersten Quartal 2021 um {c} Prozent auf {a},{b} Millionen Euro.",
        "Der Nettogewinn stieg auf {b},{a} Millionen Euro.",
        "{name} übernimmt {other} für {c} Millionen Euro.",
        "Die Aktie von {name} gab am Dienstag um {b} Prozent nach.",
    ),
    "fr": (
        "{name} a réalisé au premier trimestre 2021 un chiffre d'affaires de {a},{b} millions d'euros, en hausse de {c} %.",
        "Le bénéfice net s'est élevé à {b},{a} millions d'euros.",
        "{name} rachète {other} pour {c} millions d'euros.",
    ),
    "es": (
        "{name} ingresó {a},{b} millones de euros en el primer trimestre de 2021, un {c} % más que un año antes.",
        "El beneficio neto subió a {b},{a} millones de euros.",
        "{name} compra {other} por {c} millones de euros.",
    ),
    "it": (
        "{name} ha chiuso il primo trimestre del 2021 con ricavi per {a},{b} milioni di euro, in crescita del {c}%.",
        "L'utile netto è salito a {b},{a} milioni di euro.",
        "{name} acquisisce {other} per {c} milioni di euro.",
    ),
}
PLAIN: dict[str, tuple[str, ...]] = {
    "en": (
        "The old ferry landing at {place} was painted again this spring by neighbours who had grown tired of waiting.",
        "Nobody could say when the choir of {place} had last sung outdoors, but everybody agreed that it should do so again.",
        "A baker from {place} keeps a notebook in which she writes down what her customers talk about in the morning.",
        "The council wants to hear from residents before it decides what is to become of the square near the station.",
        "Children waved from the bridge while the last boats of the season went down the river towards the sea.",
        "He said that the weather had been kind to them, and that the orchards looked better than in any year he remembered.",
    ),
    "nl": (
        "De oude aanlegsteiger van {place} is dit voorjaar opnieuw geverfd door buren die het wachten moe waren.",
        "Niemand wist nog wanneer het koor van {place} voor het laatst buiten had gezongen, maar allen wilden het weer horen.",
        "Een bakker uit {place} houdt een schrift bij waarin zij opschrijft waarover haar klanten het in de ochtend hebben.",
        "De gemeente wil eerst van de bewoners horen wat er met het plein bij het station moet gebeuren.",
        "Kinderen zwaaiden vanaf de brug terwijl de laatste boten van het seizoen de rivier af voeren.",
    ),
    "de": (
        "Die alte Anlegestelle von {place} wurde in diesem Frühjahr von Nachbarn gestrichen, die nicht mehr warten wollten.",
        "Niemand wusste, wann der Chor von {place} zuletzt im Freien gesungen hatte, aber alle wollten ihn wieder hören.",
        "Eine Bäckerin aus {place} führt ein Heft, in das sie schreibt, worüber ihre Kunden am Morgen reden.",
        "Der Rat möchte von den Anwohnern hören, bevor er entscheidet, was aus dem Platz am Bahnhof wird.",
        "Kinder winkten von der Brücke, während die letzten Boote der Saison den Fluss hinunter fuhren.",
    ),
    "fr": (
        "Le vieux débarcadère de {place} a été repeint ce printemps par des voisins qui étaient las d'attendre.",
        "Personne ne savait quand la chorale de {place} avait chanté dehors, mais tout le monde voulait l'entendre encore.",
        "Une boulangère de {place} tient un cahier dans lequel elle note ce que ses clients racontent le matin.",
        "La mairie veut entendre les habitants avant de décider de ce que deviendra la place près de la gare.",
        "Des enfants saluaient depuis le pont pendant que les derniers bateaux de la saison descendaient le fleuve.",
    ),
    "es": (
        "El viejo embarcadero de {place} fue pintado esta primavera por vecinos que estaban cansados de esperar.",
        "Nadie recordaba cuándo el coro de {place} había cantado al aire libre, pero todos querían oírlo otra vez.",
        "Una panadera de {place} lleva un cuaderno en el que apunta de qué hablan sus clientes por la mañana.",
        "El ayuntamiento quiere escuchar a los vecinos antes de decidir qué será de la plaza junto a la estación.",
        "Los niños saludaban desde el puente mientras los últimos barcos de la temporada bajaban por el río.",
    ),
    "it": (
        "Il vecchio approdo di {place} è stato ridipinto in primavera dai vicini che erano stanchi di aspettare.",
        "Nessuno sapeva quando il coro di {place} avesse cantato all'aperto, ma tutti volevano sentirlo di nuovo.",
        "Una fornaia di {place} tiene un quaderno in cui scrive di che cosa parlano i suoi clienti al mattino.",
        "Il comune vuole ascoltare gli abitanti prima di decidere che cosa sarà della piazza vicino alla stazione.",
        "I bambini salutavano dal ponte mentre le ultime barche della stagione scendevano lungo il fiume.",
    ),
}
SYLLABLES = ("bar", "cor", "del", "fen", "gra", "hol", "jun", "kel", "lor", "mar", "nor", "pel", "ros", "sil", "tor", "var")
SIZE = 2500


def article(number: int) -> str:
    """Article `number`: the same at every run, about 2.5 KB, two thirds of them without a figure."""
    chance = random.Random(number)
    language = chance.choice(tuple(FACTS))
    name, other = (f"{chance.choice(NAMES)} {chance.choice(KINDS)}" for _ in range(2))

    def place() -> str:
        return "".join(chance.choices(SYLLABLES, k=3)).capitalize()

    plain = PLAIN[language]
    facts = list(FACTS[language]) if number % 3 == 0 else []
    paragraphs = [f"{plain[0].format(place=place()).rstrip('.')[:60].strip()} {place()}"]
    size = 0
    while size < SIZE:
        sentences = [chance.choice(plain).format(place=place()) for _ in range(chance.randrange(2, 5))]
        if facts and chance.random() < 0.8:
            said = {"a": chance.randrange(101, 989), "b": chance.randrange(1, 10), "c": chance.randrange(2, 60)}
            sentences.insert(0, facts.pop(0).format(name=name, other=other, **said))
        paragraphs.append(" ".join(sentences))
        size += len(paragraphs[-1].encode()) + 2
    return "\n\n".join(paragraphs) + "\n"


def written(folder: Path, count: int) -> int:
    """Writes the articles into `folder`, a thousand in each of its folders, and says how many bytes they have."""
    total = 0
    for number in range(count):
        path = folder / f"{number // 1000:04}" / f"{number:07}.txt"
        if number % 1000 == 0:
            path.parent.mkdir(parents=True)
        total += path.write_bytes(article(number).encode())
    return total


def raw(start: int, count: int) -> pl.DataFrame:
    """RAW_ARTICLES of `count` articles from number `start` on."""
    rows = [
        dict.fromkeys(RAW_ARTICLES)
        | {
            "article_id": article_id(f"file:///news/{number}.txt"),
            "uri": f"file:///news/{number}.txt",
            "media_type": "text/plain",
            "content": article(number).encode(),
        }
        for number in range(start, start + count)
    ]
    return pl.DataFrame(rows, schema=RAW_ARTICLES)


def used() -> tuple[float, float]:
    """(seconds on the clock, processor seconds of this process and of those that it has waited for)."""
    own, others = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.perf_counter(), own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime


def peak() -> float:
    """Peak resident memory in GB: of this process, and of a reader for each processor at the size of the largest child."""
    own, others = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return (own + others * cores()) * 1024 / 1e9


def steps(ledger: Ledger, landing: Path, judge: Judge) -> Iterator[tuple[str, Callable[[], Any]]]:
    """The steps of the job in their order, by name."""
    run: dict[str, Any] = {"run_id": "volume"}
    source = LocalFiles([landing], name="landing")
    yield "receive", lambda: pipeline.receive(ledger, source, command="volume", **run)
    yield "read", lambda: pipeline.read(ledger, command="volume", **run)
    yield "extract", lambda: pipeline.extract(ledger, command="volume", **run)
    yield "audit", lambda: pipeline.audit(ledger, judge=judge, **run)
    yield "assert", lambda: pipeline.assert_facts(ledger, **run)
    yield "publish", lambda: pipeline.publish(ledger, **run)


def whole_job(folder: Path, count: int, profiled: str) -> pl.DataFrame:
    """One row a step: seconds, processor seconds, articles a second."""
    size = written(folder / "landing", count)
    print(f"{count:,} articles, {size / count / 1000:.1f} KB each, {os.cpu_count()} processors")
    ledger = Ledger.open(Home(folder / "home"))
    rows: list[dict[str, Any]] = []
    with Beside() as judge:
        for name, step in steps(ledger, folder / "landing", judge):
            profile = cProfile.Profile() if name in profiled.split(",") else None
            before = used()
            result = profile.runcall(step) if profile else step()
            after = used()
            rows.append({"step": name, "seconds": after[0] - before[0], "processor": after[1] - before[1]})
            if profile:
                pstats.Stats(profile).sort_stats("cumulative").print_stats(60)
            if name == "extract":
                print(f"{sum(result.facts.values()):,} facts")
    frame = pl.DataFrame(rows)
    total = frame.select(pl.lit("all").alias("step"), pl.col("seconds", "processor").sum())
    return pl.concat([frame, total]).with_columns((count / pl.col("seconds")).alias("articles/s"))


def reader_alone(count: int, size: int = 1000) -> pl.DataFrame:
    """The reader over `count` articles, `size` at a time: articles are made outside of what is measured."""
    seconds = processor = 0.0
    with reading(pl.repeat("text/plain", count, eager=True)) as read_all:
        for start in range(0, count, size):
            frame = raw(start, min(size, count - start))
            before = used()
            read_all(frame)
            after = used()
            seconds += after[0] - before[0]
            processor += after[1] - before[1]
    # Readers of their own are counted only in the peak: their time is known when they have ended.
    return pl.DataFrame({"step": ["read"], "seconds": [seconds], "processor": [processor], "articles/s": [count / seconds]})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--read-only", action="store_true", help="the reader alone, nothing written")
    parser.add_argument(
        "--profile", metavar="STEPS", default="", help="print profiles: receive,read,extract,audit,assert,publish"
    )
    chosen = parser.parse_args()
    if chosen.read_only:
        measured = reader_alone(chosen.articles)
    else:
        with tempfile.TemporaryDirectory() as folder:
            measured = whole_job(Path(folder), chosen.articles, chosen.profile)
    with pl.Config(tbl_rows=-1, float_precision=2, tbl_hide_column_data_types=True, tbl_hide_dataframe_shape=True):
        print(measured)
    print(f"peak memory {peak():.2f} GB")


if __name__ == "__main__":
    main()
