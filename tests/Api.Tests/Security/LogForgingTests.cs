using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Platform.Api.Tests.Support;
using Platform.Hosting.Telemetry;
using Platform.Testing;

namespace Platform.Api.Tests.Security;

/// <summary>What a request says is never an event of the process log by itself, in any form that the console has (IN-5).</summary>
[Trait("Control", "IN-5")]
public sealed class LogForgingTests
{
    private const string Forged = "fail: Forged[1]";

    /// <summary>Ends of lines, the beginning of a terminal's commands, and what turns the text around it.</summary>
    private static readonly string[] Breaks = ["\r", "\u001b", "\u009b", "\u0085", "\u2028", "\u2029", "\u202e", "\b", "\u007f"];

    [Fact]
    public async Task A_path_with_lines_and_commands_of_a_terminal_stays_within_its_event()
    {
        ConsoleText[] consoles = [new(ConsoleFormatterNames.Simple), new(ConsoleFormatterNames.Systemd), new(ConsoleFormatterNames.Json)];
        await using var platform = await PlatformApplication.StartAsync(
            configure: services => Array.ForEach(consoles, console => services.AddSingleton<ILoggerProvider>(console)),
            settings: ["--Logging:LogLevel:Microsoft.AspNetCore.Routing=Debug", "--Logging:LogLevel:Microsoft.AspNetCore.Hosting=Information"]);

        await platform.Rest(HttpMethod.Get, "/v1/a%0D%0A" + Uri.EscapeDataString(Forged) + "%0A%1B%5B2K%0D" + Uri.EscapeDataString(Forged) + "%C2%85%C2%9B31m%E2%80%A8%E2%80%AEx%08");

        Assert.All(consoles.Select(console => console.ToString()), text =>
        {
            Assert.Contains(Forged, text, StringComparison.Ordinal);
            Assert.All(Breaks, character => Assert.DoesNotContain(character, text, StringComparison.Ordinal));
            Assert.All(text.Split('\n').Where(line => line.Contains(Forged, StringComparison.Ordinal)), line => Assert.Contains("/v1/a", line[..line.IndexOf(Forged, StringComparison.Ordinal)], StringComparison.Ordinal));
        });
    }

    [Fact]
    public void The_text_of_an_exception_keeps_its_lines_as_a_part_of_its_event()
    {
        var text = Logged(ConsoleFormatterNames.Simple, new InvalidOperationException($"Not\n{Forged}\r\n\u001b[31m{Forged}"), "It failed.");

        Assert.All(Breaks, character => Assert.DoesNotContain(character, text, StringComparison.Ordinal));
        Assert.Contains($"      {Forged}\\r\n", text, StringComparison.Ordinal);
        Assert.Equal(["fail: Test[0]"], text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != ' '));
    }

    [Fact]
    public void What_is_honest_is_told_as_it_is()
    {
        var text = Logged(ConsoleFormatterNames.Simple, Thrown(), "Prüfung von café „eins“ für 東京 😀 done.");

        Assert.Contains("      Prüfung von café „eins“ für 東京 😀 done.\n", text, StringComparison.Ordinal);
        Assert.Contains($"\n         at {typeof(LogForgingTests).FullName}.{nameof(Thrown)}()", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a\r\nb\tc", @"a\r\nb\tc")]
    [InlineData("\u001b[2J", @"\u001b[2J")]
    [InlineData("\U000E0041", @"\udb40\udc41")]
    [InlineData("é\u200bé", @"é\u200bé")]
    public void What_ends_a_line_or_is_not_seen_is_spelled_out(string text, string clean) => Assert.Equal(clean, LineText.Encode(text, keepsLines: false));

    private static string Logged(string form, Exception failure, string message)
    {
        using var console = new ConsoleText(form);
        using var services = new ServiceCollection().AddLogging(logging => logging.AddProvider(console)).AddRedactedLogging().BuildServiceProvider();
        var log = services.GetRequiredService<ILoggerFactory>().CreateLogger("Test");
        log.Log(LogLevel.Error, 0, message, failure, static (told, _) => told);
        return console.ToString();
    }

    private static InvalidOperationException Thrown()
    {
        try
        {
            throw new InvalidOperationException("honest");
        }
        catch (InvalidOperationException failure)
        {
            return failure;
        }
    }

    /// <summary>What the console would show, by its own formatters, with scopes.</summary>
    private sealed class ConsoleText : ILoggerProvider, ISupportExternalScope
    {
        private readonly StringWriter _text = new(new StringBuilder(), CultureInfo.InvariantCulture);
        private readonly Lock _lock = new();
        private readonly ServiceProvider _services;
        private readonly ConsoleFormatter _formatter;
        private IExternalScopeProvider? _scopes;

        public ConsoleText(string form)
        {
            _services = new ServiceCollection()
                .AddLogging(logging => logging.AddConsole())
                .Configure<SimpleConsoleFormatterOptions>(options => (options.IncludeScopes, options.ColorBehavior) = (true, LoggerColorBehavior.Disabled))
                .Configure<ConsoleFormatterOptions>(options => options.IncludeScopes = true)
                .Configure<JsonConsoleFormatterOptions>(options => options.IncludeScopes = true)
                .BuildServiceProvider();
            _formatter = _services.GetServices<ConsoleFormatter>().Single(one => one.Name == form);
        }

        public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

        public ILogger CreateLogger(string categoryName) => new Writer(this, categoryName);

        public void Dispose() => _services.Dispose();

        public override string ToString()
        {
            lock (_lock)
            {
                return _text.ToString();
            }
        }

        private sealed class Writer(ConsoleText console, string category) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                lock (console._lock)
                {
                    console._formatter.Write(new LogEntry<TState>(logLevel, category, eventId, state, exception, formatter), console._scopes, console._text);
                }
            }
        }
    }
}
