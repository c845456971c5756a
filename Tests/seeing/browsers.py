"""A real browser without a screen: Chromium, driven by its own driver.

It reaches no host but those that are named, so that a page that would ask a network for something fails.
"""

import shutil
import time


def is_here():
    return bool(shutil.which("chromium") and shutil.which("chromedriver"))


def open_browser(reachable=None, size=(1500, 900), scale=1):
    """A window of so many points; ``reachable`` is a host that it may speak with."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    hosts = "MAP * ~NOTFOUND" + (f", EXCLUDE {reachable}" if reachable else "")
    for word in (
        "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
        f"--window-size={size[0]},{size[1]}", f"--force-device-scale-factor={scale}", f"--host-resolver-rules={hosts}",
        "--disable-background-networking", "--disable-component-update",
    ):  # fmt: skip
        options.add_argument(word)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))
    browser.set_script_timeout(60)
    return browser


def until(browser, script, *arguments, seconds=60):
    """Waits until a script gives something true, and returns it."""
    end = time.monotonic() + seconds
    while not (value := browser.execute_script(script, *arguments)):
        assert time.monotonic() < end, f"{script}: {browser.find_element('tag name', 'body').text[-2000:]}"
        time.sleep(0.05)
    return value


def open_page(browser, path):
    """Opens a profile's page from disk and returns the seconds until it is drawn."""
    browser.get_log("browser")
    start = time.perf_counter()
    browser.get(path.resolve().as_uri())
    until(browser, "return document.documentElement.dataset.ready === 'yes'")
    return time.perf_counter() - start


def drawn(browser):
    """Waits for the frame that was asked for."""
    browser.execute_async_script("const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(done))")
