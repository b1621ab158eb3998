package io.nolook.page;

import java.io.File;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** A real browser without a window: Debian's Chromium. */
final class Browser {
    /** What to say where there is none. */
    static final String HOW_TO_GET = "found no /usr/bin/chromedriver: install chromium and chromium-driver";

    private static final File DRIVER = new File("/usr/bin/chromedriver");

    private Browser() {}

    static boolean isThere() {
        return DRIVER.canExecute();
    }

    /** A new one; the caller quits it. */
    static ChromeDriver open() {
        ChromeOptions chrome = new ChromeOptions();
        chrome.setBinary("/usr/bin/chromium");
        chrome.addArguments("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1400,900");
        return new ChromeDriver(
                new ChromeDriverService.Builder().usingDriverExecutable(DRIVER).build(), chrome);
    }
}
