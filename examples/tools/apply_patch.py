"""Files that any model may change: an editor that keeps to one folder."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from agents import Agent, AnyModel, ApplyPatchOperation, ApplyPatchTool, Runner, ToolCallOutputItem, apply_diff
from agents.testing.simulator import Reply, Simulator, ToolCall


class Folder:
    """An editor of the files of one folder. What it raises, the model is told, so that it can mend its patch."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()

    def place(self, path: str) -> Path:
        found = (self.root / path).resolve()
        if not found.is_relative_to(self.root):
            raise PermissionError(f"{path} is outside the folder")
        return found

    def create_file(self, operation: ApplyPatchOperation) -> None:
        file = self.place(operation.path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(apply_diff("", operation.diff or "", mode="create"))

    def update_file(self, operation: ApplyPatchOperation) -> None:
        file = self.place(operation.path)
        changed = apply_diff(file.read_text(), operation.diff or "")
        if operation.move_to:
            file.unlink()
            file = self.place(operation.move_to)
        file.write_text(changed)

    def delete_file(self, operation: ApplyPatchOperation) -> None:
        self.place(operation.path).unlink()


PATCH = """@@ def greet(name):
-    print("Hello")
+    print("Hello", name)
"""


async def main() -> None:
    operations = [
        {"type": "create_file", "path": "greet.py", "diff": '+def greet(name):\n+    print("Hello")'},
        {"type": "update_file", "path": "greet.py", "diff": PATCH},
        {"type": "delete_file", "path": "../secrets"},
    ]
    async with Simulator() as server:  # stands in for Gemini
        server.script(Reply([ToolCall("apply_patch", {"operations": operations})]), "The greeting has a name now.")
        model = AnyModel("gemini/gemini-3-pro-preview", base_url=server.gemini_base_url, api_key=server.api_key)
        with tempfile.TemporaryDirectory() as folder:
            editor = Folder(Path(folder))
            agent = Agent(name="Coder", model=model, tools=[ApplyPatchTool(editor=editor)])
            result = await Runner.run(agent, "Greet people by their names.")
            print(editor.place("greet.py").read_text())
        print(*(item.output for item in result.new_items if isinstance(item, ToolCallOutputItem)))


if __name__ == "__main__":
    asyncio.run(main())

# prints:
# def greet(name):
#     print("Hello", name)
# create_file greet.py: done.
# update_file greet.py: done.
# delete_file ../secrets: The tool failed with PermissionError: ../secrets is outside the folder
