"""Event files for the test of TensorBoardWriter, written and read back by TensorBoard's own code.

    python3 Scripts/parity/event_files.py Tests/InkTrainingTests/Fixtures/events
    python3 Scripts/parity/event_files.py --read RUN          # the curves that TensorBoard sees in a run's folder

The run of the fixture is stopped after step 6 and goes on from a checkpoint of step 3: a second file begins with step 4, and
TensorBoard must drop what the first has of steps 4 to 6. Needs tensorboard; TensorFlow is not used.
"""

import argparse
import json
import os

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.compat.proto.event_pb2 import Event, SessionLog
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter

HOST = "machine-1"


def scalars(step, attempt):
    """The numbers of a step, exact in single precision; they differ between the two attempts at a step."""
    return {
        "train/loss": 4 - step / 8 + attempt / 64,
        "train/learning_rate": step / 1024,
        "train/gradient_norm": 0.0 if step == 5 else 1.5 * step,
        "train/tokens": 300.0 * step,
    }


def event(time, step, **content):
    return Event(wall_time=time, step=step, **content)


def summary(values):
    return Summary(value=[Summary.Value(tag=tag, simple_value=value) for tag, value in values.items()])


def write(folder, start, first_step, last_step, attempt):
    """A file as the test writes it: its clock goes on by a quarter of a second at every look."""
    events = [
        event(start, 0, file_version="brain.Event:2"),
        event(start, first_step, session_log=SessionLog(status=SessionLog.START)),
    ]
    time = start
    for step in range(first_step, last_step + 1):
        time += 0.25
        events.append(event(time, step, summary=summary(scalars(step, attempt))))
        if step % 2 == 0:
            time += 0.25
            events.append(event(time, step, summary=summary({"evaluation/validation": 5 - step / 4 + attempt / 64})))
    with open(os.path.join(folder, f"events.out.tfevents.{int(start):010d}.{HOST}"), "wb") as file:
        writer = RecordWriter(file)
        for message in events:
            writer.write(message.SerializeToString())
        writer.flush()


def read(folder):
    accumulator = EventAccumulator(folder, size_guidance={"scalars": 0})
    accumulator.Reload()
    return {
        tag: [[scalar.step, scalar.value] for scalar in accumulator.Scalars(tag)]
        for tag in accumulator.Tags()["scalars"]
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--read", action="store_true", help="print the curves in a folder")
    arguments = parser.parse_args()
    if not arguments.read:
        os.makedirs(arguments.folder, exist_ok=True)
        write(arguments.folder, 1700000000.5, 1, 6, attempt=0)
        write(arguments.folder, 1700000100.25, 4, 8, attempt=1)
        expected = {tag: [[step, scalars(step, int(step >= 4))[tag]] for step in range(1, 9)] for tag in scalars(1, 0)}
        expected["evaluation/validation"] = [[step, 5 - step / 4 + int(step >= 4) / 64] for step in (2, 4, 6, 8)]
        seen = read(arguments.folder)
        if seen != expected:
            raise SystemExit(f"TensorBoard reads\n{seen}\ninstead of\n{expected}")
    print(json.dumps(read(arguments.folder), indent=1))


if __name__ == "__main__":
    main()
