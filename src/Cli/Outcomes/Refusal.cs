namespace Platform.Cli.Outcomes;

/// <summary>Why a command did not do what was asked.</summary>
/// <param name="Exit">See <see cref="ExitCode"/>.</param>
/// <param name="Text">For people; may hold a server's words.</param>
internal sealed record Refusal(int Exit, string Text)
{
    /// <summary>The slug of the server's problem.</summary>
    public string? Code { get; init; }

    /// <summary>What the server calls the request, as its trail does.</summary>
    public string? RequestId { get; init; }

    /// <summary>Members at fault, by their JSON names.</summary>
    public IReadOnlyList<(string Name, string Message)> Errors { get; init; } = [];

    public static Refusal Usage(string text) => new(ExitCode.Usage, text);

    public static Refusal Unavailable(string text) => new(ExitCode.Unavailable, text);
}
