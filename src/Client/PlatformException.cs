namespace Platform.Client;

/// <summary>The server refused. <see cref="Problem"/> says why; its <c>Code</c> is stable, so decide by it.</summary>
public sealed class PlatformException : Exception
{
    internal PlatformException(int status, ProblemBody? problem, TimeSpan? retryAfter)
        : base(problem is null ? FormattableString.Invariant($"The server answered {status}.") : FormattableString.Invariant($"{problem.Title}: {problem.Detail} ({status}, {problem.Code}, request {problem.RequestId})"))
    {
        Status = status;
        Problem = problem;
        RetryAfter = retryAfter;
    }

    /// <summary>Of HTTP.</summary>
    public int Status { get; }

    /// <summary>RFC 9457, with the members at fault in <c>Errors</c>. Null when the answer had none: 304 and 416 of files, or something between here and the platform.</summary>
    public ProblemBody? Problem { get; }

    /// <summary>When to come back, where the server says.</summary>
    public TimeSpan? RetryAfter { get; }
}
