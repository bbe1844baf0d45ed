"""The script that Streamlit runs for each click.

It stands apart from the pages: a folder `pages` beside this file would be taken for Streamlit's own.
"""

if __name__ == "__main__":  # not in the processes that take part in checking a large file: they load it too
    from advisor.ui.shell import run

    run()
