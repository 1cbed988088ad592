namespace Platform.Cli.Stdio;

/// <summary>One bridge: where it leads, the key it shows there, and its limits.</summary>
internal sealed record BridgeOptions(Uri Endpoint, string Key)
{
    /// <summary>Longest line of the client, in bytes without its newline (TR-8, TR-11).</summary>
    public int MaxLine { get; init; } = 1024 * 1024;

    /// <summary>Longest message of the endpoint, in bytes.</summary>
    public int MaxMessage { get; init; } = 16 * 1024 * 1024;

    /// <summary>Requests that are on their way at once.</summary>
    public int InFlight { get; init; } = 64;

    /// <summary>Requests that were read and wait for one of those places. Beyond them reading pauses.</summary>
    public int Waiting { get; init; } = 64;

    /// <summary>Subscriptions that are open at once; they take no place of a request.</summary>
    public int Subscriptions { get; init; } = 16;

    /// <summary>Longest silence of the endpoint on a request.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long answers are awaited after the client closed its end.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the end of a session may take. System.CommandLine kills after 2 s of SIGTERM.</summary>
    public TimeSpan Farewell { get; init; } = TimeSpan.FromSeconds(1.5);

    /// <summary>Tries of what may be tried again, the first included.</summary>
    public int Attempts { get; init; } = 6;

    /// <summary>The first delay between two tries; each further one is twice as long, up to <see cref="MaxDelay"/>.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Longest delay between tries, and longest <c>Retry-After</c> that is waited for.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(30);
}
