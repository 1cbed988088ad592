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

    /// <summary>A page of a person of their own, without cookies of others.</summary>
    internal async Task<Visitor> VisitAsync(BrowserNewContextOptions? how = null)
    {
        if (_browser is null)
        {
            Assert.Skip($"There is no browser: {Executable} does not exist. Install Debian's package 'chromium' (tests/run does where there is apt-get).");
        }

        var context = await _browser.NewContextAsync(how);
        context.SetDefaultTimeout(30_000);
        return new Visitor(context, await context.NewPageAsync());
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
    private readonly IBrowserContext _context;

    public Visitor(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
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

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();
}
