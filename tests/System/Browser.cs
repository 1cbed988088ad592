using Microsoft.Playwright;

namespace Platform.System.Tests;

/// <summary>Debian's Chromium, driven by Playwright: the browser of a person. Nothing is downloaded.</summary>
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
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
    }

    /// <summary>A page of a person of their own: no cookies of others. What a page logs against its own policy fails the test at <see cref="Visitor.DisposeAsync"/>.</summary>
    internal async Task<Visitor> VisitAsync()
    {
        if (_browser is null)
        {
            Assert.Skip("There is no Chromium: apt-get install chromium (tests/run does).");
        }

        var context = await _browser.NewContextAsync();
        context.SetDefaultTimeout(15_000);
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
                Violations.Add(message.Text);
            }
        };
    }

    public IPage Page { get; }

    /// <summary>What the browser refused because of a page's own Content-Security-Policy.</summary>
    public List<string> Violations { get; } = [];

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();
}
