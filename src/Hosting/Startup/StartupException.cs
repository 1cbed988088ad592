namespace Platform.Hosting.Startup;

/// <summary>
/// The process cannot start as it is configured or where it runs. The message tells the operator what to change; it holds no secret.
/// Exit code 78 (EX_CONFIG).
/// </summary>
public sealed class StartupException : Exception
{
    public const int ExitCode = 78;

    public StartupException() { }

    public StartupException(string message) : base(message) { }

    public StartupException(string message, Exception inner) : base(message, inner) { }
}
