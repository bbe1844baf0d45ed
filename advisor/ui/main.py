"""The script that Streamlit runs for each click."""

if __name__ == "__main__":  # not in the processes that take part in checking a large file: they load it too
    from advisor.ui.shell import run

    run()
