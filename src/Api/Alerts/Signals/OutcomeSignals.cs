using Platform.Abstractions.Problems;

namespace Platform.Api.Alerts.Signals;

/// <summary>What the outcome of one request means to the counts of its tenant.</summary>
[Flags]
internal enum OutcomeSignals
{
    None = 0,

    /// <summary>Nobody could be authenticated.</summary>
    AuthFailure = 1,

    /// <summary>A rate limit refused it.</summary>
    RateLimited = 2,

    /// <summary>It failed by a fault of the platform or of what is behind it.</summary>
    Error = 4,

    /// <summary>It was admitted: who floods an endpoint with refused requests does not thin out the errors of the others.</summary>
    Request = 8,

    /// <summary>Its body was too large: its size counts, whoever sent it and although nothing else of it does.</summary>
    TooLarge = 16,
}

internal static class OutcomeSignal
{
    public static OutcomeSignals Of(ProblemCode code) => code switch
    {
        ProblemCode.Unauthenticated => OutcomeSignals.AuthFailure,
        ProblemCode.RateLimited => OutcomeSignals.RateLimited,
        ProblemCode.TooLarge => OutcomeSignals.TooLarge,
        _ when ProblemCatalogue.Row(code).HttpStatus >= 500 => OutcomeSignals.Error,
        _ => OutcomeSignals.None,
    };
}
