namespace Platform.Cli.Outcomes;

/// <summary>How a command ended, for scripts (docs/cli.md).</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>The server refused what was asked, or it failed for a reason that has no code of its own.</summary>
    public const int Refused = 1;

    /// <summary>The command line, a file or a setting is wrong; nothing was sent.</summary>
    public const int Usage = 2;

    public const int NotAuthenticated = 3;

    public const int NotPermitted = 4;

    public const int NotFound = 5;

    /// <summary>Something is in the way, or was changed meanwhile.</summary>
    public const int Conflict = 6;

    /// <summary>Nobody answered, or not now.</summary>
    public const int Unavailable = 7;

    public const int TooMany = 8;

    /// <summary>A dry run found something to do.</summary>
    public const int Pending = 9;

    /// <summary>Ctrl-C.</summary>
    public const int Interrupted = 130;

    public static int OfStatus(int status) => status switch
    {
        401 => NotAuthenticated,
        403 => NotPermitted,
        404 or 410 => NotFound,
        409 or 412 or 428 => Conflict,
        408 or 502 or 503 or 504 => Unavailable,
        429 => TooMany,
        _ => Refused,
    };
}
