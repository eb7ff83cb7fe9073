"""A multimeter served by other people's code, `python -m tests.drivers.foreign_meter LINK`: on a TCP port, whose number
is printed, and on a pseudo-terminal at LINK. In a process of its own, for that code brings an event loop along."""

import sys

from sinstruments.simulator import BaseDevice, Server


class Meter(BaseDevice):
    def __init__(self, name, **settings):
        super().__init__(name, **settings)
        self.remote, self.queue = False, []

    def handle_message(self, message):
        command = message.decode("ascii").strip()
        if command == "SYST:ERR?":
            return self.queue.pop(0) if self.queue else b'+0,"No error"\r\n'
        if command in ("*CLS", "SYST:REM"):
            self.remote = self.remote or command == "SYST:REM"
            return None
        answers = {"*IDN?": b"HEWLETT-PACKARD,34401A,0,10-5-2\r\n"}
        if self.remote:
            answers |= {"MEAS:VOLT:DC?": b"-1.23456000E-03\r\n", "MEAS:RES?": b"+9.90000000E+37\r\n"}
        if command not in answers:
            self.queue.append(b'-113,"Undefined header"\r\n')
        return answers.get(command)


def main():
    tcp = {"type": "tcp", "url": ["127.0.0.1", 0]}
    line = {"type": "serial", "url": sys.argv[1]}
    info = {"name": "meter", "class": "Meter", "package": __name__, "baudrate": 9600, "transports": [tcp, line]}
    server = Server([info])
    tasks = server.start()
    door = server.devices["meter"].transports[0]
    while not door.started:
        tasks[0].join(0.01)
    print(door.server_port, flush=True)
    for task in tasks:
        task.join()


if __name__ == "__main__":
    main()
