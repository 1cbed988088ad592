namespace Platform.Hosting.Startup;

/// <summary>
/// The process cannot start as it is configured or where it runs. The message tells the operator what to change; it holds no secret.
/// Exit code 78 (EX_CONFIG).
/// </summary>
public sealed class StartupException : Exception
{
    public const int ExitCode = 78;

    public StartupException() { }

    /// <summary>All faults of the configuration, each with its cure.</summary>
    public static StartupException Of(IEnumerable<string> faults) =>
        new("The configuration is not valid:" + Environment.NewLine + string.Join(Environment.NewLine, faults.Select(fault => "  - " + fault)));

    public StartupException(string message) : base(message) { }

    public StartupException(string message, Exception inner) : base(message, inner) { }
}
