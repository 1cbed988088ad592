using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Platform.System.Tests;

/// <summary>The system's Chromium, driven by Playwright: the browser of a person. Nothing is downloaded.</summary>
public sealed class Browser : IAsyncLifetime
{
    private const string Executable = "/usr/bin/chromium";
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (!File.Exists(Executable))
        {
            return;
        }

        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Executable,

            // No sandbox: root, as in a container, has none; the only pages that it opens are ours.
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
    }

    /// <summary>A page of a person of their own, without cookies of others and from an address of theirs.</summary>
    internal async Task<Visitor> VisitAsync(BrowserNewContextOptions? how = null)
    {
        if (_browser is null)
        {
            Assert.Skip($"There is no browser: {Executable} does not exist. Install Debian's package 'chromium' (tests/run does where there is apt-get).");
        }

        var address = new PersonalAddress();

        // Chromium asks loopback without its proxy unless it is told not to.
        var context = await _browser.NewContextAsync(new(how ?? new()) { Proxy = new() { Server = address.Proxy, Bypass = "<-loopback>" } });
        context.SetDefaultTimeout(30_000);
        return new Visitor(context, await context.NewPageAsync(), address);
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }
}

/// <summary>One person's page.</summary>
internal sealed class Visitor : IAsyncDisposable
{
    private const int MostText = 1500;

    private readonly IBrowserContext _context;
    private readonly PersonalAddress _address;

    public Visitor(IBrowserContext context, IPage page, PersonalAddress address)
    {
        (_context, Page, _address) = (context, page, address);
        page.Console += (_, message) =>
        {
            if (message.Text.Contains("Content Security Policy", StringComparison.Ordinal))
            {
                Violations.Enqueue(message.Text);
            }
        };
    }

    public IPage Page { get; }

    /// <summary>What the browser says that it refused because of a page's Content-Security-Policy.</summary>
    public ConcurrentQueue<string> Violations { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await TellAsync();
        await _context.DisposeAsync();
        await _address.DisposeAsync();
    }

    /// <summary>Where the visit ended and what was to be read there: the test's output, which is shown of a test that failed.</summary>
    private async Task TellAsync()
    {
        foreach (var page in _context.Pages)
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"The visit ended at {page.Url}");
            try
            {
                var text = await page.InnerTextAsync("body", new() { Timeout = 2_000 });
                TestContext.Current.TestOutputHelper?.WriteLine(text.Length <= MostText ? text : text[..MostText] + "…");
            }
            catch (Exception failure) when (failure is PlaywrightException or TimeoutException)
            {
                TestContext.Current.TestOutputHelper?.WriteLine($"Its text could not be read: {failure.Message}");
            }
        }
    }
}
