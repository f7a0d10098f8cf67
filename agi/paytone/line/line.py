"""All parts of the line in one fresh run folder, ended together."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from types import TracebackType

from paytone.line.asterisk import Asterisk
from paytone.line.configuration import AMI_USER, Configuration, new_secret, write
from paytone.line.demo import ACCOUNTS, BANKS, PLACES, ZIPS
from paytone.line.environment import for_parts, is_local
from paytone.line.guard import Guard
from paytone.line.installed import CHECKOUT, find_asterisk
from paytone.line.part import Part, PartFailed, listens
from paytone.line.ports import Ports
from paytone.line.postgres import PostgresFailed, PrivatePostgres

PAYTONE = (sys.executable, "-c", "from paytone.cli import main; main()")
"""The paytone command, wherever this virtual environment stands."""

_LONGEST_FOLDER = 60
"""Names of unix sockets are short (108 bytes); so is the run folder's."""


class Line:
    """
    The whole line, for a ``with`` block: Postgres, Braintree, FastAGI server, worker and Asterisk.

    What the operator has is used instead: PAYTONE_DATABASE_URL, and a Braintree named by
    PAYTONE_BRAINTREE_ENVIRONMENT. Enter it in the main thread.

    Args:
        outer: The environment that it is started in.
        host: The address that SIP and audio bind to.
        announce: The address that softphones are told, where it is not *host*.
        agent: Who is rung for a caller who wants a person, as Dial() takes it.
        queue: The queue whose agents answer, before *agent*.
        verbose: How much Asterisk's log tells.
        demo_caller: The number that the demo softphone calls from.
        accounts: Loaded at start into a private database; None for an empty one.
        dialplan: The folder of configuration files to render.
        with_places: The demo's payment centres are loaded, into a database of this line's own.
        with_letters: Letters are put into the run folder, if the operator has no way to send them.
        with_worker: Whether a worker asks Braintree after payments beside the calls.
        tell: Hears what is going on, a short line at a time.
    """

    def __init__(
        self,
        outer: Mapping[str, str],
        *,
        host: str = "127.0.0.1",
        announce: str | None = None,
        agent: str = "",
        queue: str = "",
        verbose: int = 1,
        demo_caller: str = "",
        accounts: Path | None = ACCOUNTS,
        dialplan: Path = CHECKOUT / "dialplan",
        with_letters: bool = False,
        with_places: bool = False,
        with_worker: bool = True,
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._outer = outer
        self._accounts = accounts
        self._with_worker = with_worker
        self._with_places = with_places
        self._tell = tell
        self._ends = ExitStack()
        self._ami_secret = new_secret()
        try:
            self._lay_out(host, with_letters=with_letters)
            self.configuration = self._configured(
                host, announce, agent=agent, queue=queue, verbose=verbose, demo_caller=demo_caller
            )
            installed = find_asterisk(outer)
            write(self.configuration, installed, dialplan=dialplan)
            self.asterisk = Asterisk(self.configuration, installed, environment=self.environment)
        except BaseException:
            self._ends.close()
            raise

    @property
    def postgres(self) -> PrivatePostgres:
        """
        The private cluster.

        Raises:
            PartFailed: The operator's own database is used.
        """
        if self._postgres is None:
            raise PartFailed("this line uses the operator's Postgres")
        return self._postgres

    @property
    def sandbox(self) -> Part:
        """
        The local Braintree.

        Raises:
            PartFailed: A real one is used.
        """
        if self._sandbox is None:
            raise PartFailed("this line uses a real Braintree")
        return self._sandbox

    @property
    def database_url(self) -> str:
        return self.environment["PAYTONE_DATABASE_URL"]

    @property
    def processes(self) -> tuple[Part, ...]:
        """The parts that are processes of ours, in the order in which they end."""
        worker = self.worker if self._with_worker else None
        own = (self.asterisk, self.fastagi, worker, self._sandbox)
        return tuple(part for part in own if part is not None)

    def __enter__(self) -> Line:
        try:
            self._start()
        except BaseException:
            self._ends.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ends.close()

    def check(self) -> None:
        """
        Say nothing while every part runs.

        Raises:
            PartFailed: One has ended; the text says which and how its log ends.
        """
        for part in self.processes:
            if not part.running:
                raise part.failed("has ended")

    def paytone(self, *arguments: str) -> str:
        """
        What the command ``paytone ARGUMENTS`` prints, run beside the parts.

        Raises:
            PartFailed: It failed; the text holds what it printed.
        """
        done = subprocess.run(
            [*PAYTONE, *arguments],
            env=self.environment,
            cwd=CHECKOUT,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            said = f"{done.stdout}{done.stderr}".strip()
            raise PartFailed(f"paytone {' '.join(arguments)} failed\n{said}")
        return done.stdout

    def _lay_out(self, host: str, *, with_letters: bool) -> None:
        base = tempfile.gettempdir()
        base = base if len(base) <= _LONGEST_FOLDER else "/tmp"  # noqa: S108
        self.folder = Path(tempfile.mkdtemp(prefix="paytone-", dir=base))
        self._ends.callback(shutil.rmtree, self.folder, ignore_errors=True)
        self.folder.chmod(0o755)
        for recordings in ("authorisations", "banners"):
            (self.folder / recordings).mkdir(mode=0o700)
        self._ends.callback(Guard(self.folder).dismiss)
        self.ports = self._ends.enter_context(Ports(host))
        url = self._outer.get("PAYTONE_DATABASE_URL")
        self._postgres = None if url else PrivatePostgres(self.folder / "postgres")
        self.environment = for_parts(
            self._outer,
            database_url=url or self.postgres.url(),
            fastagi=f"127.0.0.1:{self.ports.fastagi}",
            webhooks=f"127.0.0.1:{self.ports.webhooks}",
            sandbox_port=self.ports.sandbox,
            authorisations=str(self.folder / "authorisations"),
            banners=str(self.folder / "banners"),
            ami=f"127.0.0.1:{self.ports.ami}:{AMI_USER}:{self._ami_secret}",
            letters=str(self.folder / "letters") if with_letters else None,
        )
        self._sandbox = None
        if is_local(self._outer):
            kept = ("--state", str(self.folder / "sandbox.sqlite"))
            sandbox = ("sandbox", "--port", str(self.ports.sandbox), *kept)
            self._sandbox = self._part("the local Braintree", sandbox, self.ports.sandbox)
        self.fastagi = self._part("the FastAGI server", ("serve",), self.ports.fastagi)
        self.worker = self._part("the worker", ("work",), self.ports.webhooks)

    def _configured(
        self,
        host: str,
        announce: str | None,
        *,
        agent: str,
        queue: str,
        verbose: int,
        demo_caller: str,
    ) -> Configuration:
        first, last = self.ports.rtp
        return Configuration(
            etc=self.folder / "etc",
            state=self.folder / "asterisk",
            run=self.folder / "run",
            sip_bind=host,
            sip_address=announce or host,
            sip_port=self.ports.sip,
            rtp_first=first,
            rtp_last=last,
            ami_port=self.ports.ami,
            ami_secret=self._ami_secret,
            fastagi=self.environment["PAYTONE_FASTAGI"],
            agent=agent,
            queue=queue,
            call_backs=self.environment.get("PAYTONE_CALLS_OUT") == "on",
            verbose=verbose,
            demo_caller=demo_caller,
        )

    def _part(self, name: str, arguments: tuple[str, ...], port: int) -> Part:
        return Part(
            name,
            [*PAYTONE, *arguments],
            log=self.folder / f"{arguments[0]}.log",
            environment=self.environment,
            ready=partial(listens, "127.0.0.1", port),
        )

    def _start(self) -> None:
        """Start first what waits for nothing; the server needs the tables."""
        if self._postgres is not None:
            self._ends.callback(self._postgres.stop)
        for part in reversed(self.processes):
            self._ends.callback(part.stop)
        self.asterisk.spawn()
        if self._sandbox is not None:
            self._sandbox.spawn()
        self._prepare_database()
        self.fastagi.spawn()
        if self._with_worker:
            self.worker.spawn()
        self._load_accounts()
        for part in self.processes:
            part.wait()
            self._tell(f"{part.name} is up")

    def _prepare_database(self) -> None:
        if self._postgres is not None:
            try:
                self._postgres.start()
            except PostgresFailed as exc:
                raise PartFailed(str(exc)) from exc
            self._tell("Postgres is up")
        self.paytone("migrate")
        self._tell("tables are made")

    def _load_accounts(self) -> None:
        if self._postgres is not None and self._accounts is not None:
            self.paytone("accounts", "import", str(self._accounts))
            self._tell("accounts are loaded")
        if self._postgres is not None and self._outer.get("PAYTONE_ELECTRONIC_CHECK") == "on":
            self.paytone("banks", "import", str(BANKS))
            self._tell("banks are loaded")
        if self._postgres is not None and self._with_places:
            self.paytone("places", "import-zips", str(ZIPS))
            self.paytone("places", "import", str(PLACES))
            self._tell("payment centers are loaded")
