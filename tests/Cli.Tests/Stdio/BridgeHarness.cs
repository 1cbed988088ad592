using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Platform.Cli.Stdio;

namespace Platform.Cli.Tests.Stdio;

/// <summary>A bridge in this process, with a test in the place of its host.</summary>
internal sealed class BridgeHarness : IAsyncDisposable
{
    public const string Key = "mcpk_test_abcdefgh_0123456789";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly Pipe _in = new();
    private readonly Pipe _out = new();
    private readonly StreamReader _lines;
    private readonly Bridge _bridge;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    private BridgeHarness(BridgeOptions options)
    {
        _lines = new StreamReader(_out.Reader.AsStream(), new UTF8Encoding(false, true));
        _bridge = new Bridge(options, _in.Reader.AsStream(), _out.Writer.AsStream(), new Diagnostics(Notes, TimeProvider.System), TimeProvider.System);
        _running = RunAsync();
    }

    /// <summary>What went to standard error.</summary>
    public NoteWriter Notes { get; } = new();

    public bool WasOfUse => _bridge.WasOfUse;

    public static BridgeHarness Start(FakeEndpoint endpoint, Func<BridgeOptions, BridgeOptions>? configure = null) => Start(endpoint.Url, configure);

    public static BridgeHarness Start(Uri endpoint, Func<BridgeOptions, BridgeOptions>? configure = null)
    {
        var options = new BridgeOptions(endpoint, Key) { Delay = TimeSpan.FromMilliseconds(5), MaxDelay = TimeSpan.FromSeconds(2) };
        return new BridgeHarness(configure?.Invoke(options) ?? options);
    }

    public Task Send(string line) => Send(Encoding.UTF8.GetBytes(line + "\n"));

    public async Task Send(byte[] bytes) => await _in.Writer.WriteAsync(bytes);

    /// <summary>A request of 2026-07-28.</summary>
    public Task SendModern(string id, string method, string more = "", string meta = "") => Send(
        $$$$"""{"jsonrpc":"2.0","id":{{{{id}}}},"method":"{{{{method}}}}","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}{{{{meta}}}}}{{{{more}}}}}}""");

    public Task SendLegacy(string id, string method, string parameters = "{}") =>
        Send($$"""{"jsonrpc":"2.0","id":{{id}},"method":"{{method}}","params":{{parameters}}}""");

    /// <summary>The handshake of the older eras; its answer is consumed.</summary>
    public async Task Initialize(string version = "2025-11-25")
    {
        await SendLegacy("0", "initialize", $$$$"""{"protocolVersion":"{{{{version}}}}","capabilities":{"roots":{}},"clientInfo":{"name":"test","version":"1"}}""");
        Assert.Equal(version, (await Receive()).GetProperty("result").GetProperty("protocolVersion").GetString());
        await Send("""{"jsonrpc":"2.0","method":"notifications/initialized"}""");
    }

    /// <summary>The next line of standard output, which is one JSON object.</summary>
    public async Task<JsonElement> Receive()
    {
        var line = await _lines.ReadLineAsync().WaitAsync(Patience);
        Assert.NotNull(line);
        return JsonSerializer.Deserialize<JsonElement>(line);
    }

    /// <summary>The client closes its end. Returns the rest of standard output.</summary>
    public async Task<string> Close()
    {
        await _in.Writer.CompleteAsync();
        await _running.WaitAsync(Patience);
        return await _lines.ReadToEndAsync().WaitAsync(Patience);
    }

    /// <summary>SIGTERM.</summary>
    public async Task Stop()
    {
        await _stop.CancelAsync();
        await _running.WaitAsync(Patience);
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        _bridge.Dispose();
        _stop.Dispose();
        _lines.Dispose();
    }

    private async Task RunAsync()
    {
        await _bridge.RunAsync(_stop.Token);
        await _out.Writer.CompleteAsync();
    }
}

/// <summary>Keeps lines, from any thread.</summary>
internal sealed class NoteWriter : TextWriter
{
    private readonly ConcurrentQueue<string> _lines = new();

    public override Encoding Encoding => Encoding.UTF8;

    public string Text => string.Join('\n', _lines);

    public IReadOnlyCollection<string> Lines => _lines;

    public override void WriteLine(string? value) => _lines.Enqueue(value ?? "");
}
