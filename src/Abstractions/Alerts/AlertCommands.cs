using FluentValidation;

namespace Platform.Abstractions.Alerts;

/// <summary>All of a rule but its name. It fires when the value of its window is at least the threshold.</summary>
[GenerateSerializer, Alias("put-alert-rule"), Immutable]
public sealed record PutAlertRule
{
    [Id(0)] public required AlertSignal Signal { get; init; }

    /// <summary>Of the signal: a number of events in the window, a percentage, milliseconds or bytes.</summary>
    [Id(1)] public required decimal Threshold { get; init; }

    /// <summary>The window slides by the second. Default 60.</summary>
    [Id(2)] public int WindowSeconds { get; init; } = 60;

    /// <summary>Requests that a window must have before a share or a percentile of it means anything. Default 20; nothing else has one.</summary>
    [Id(3)] public int? MinimumSample { get; init; }

    /// <summary>Quiet is below this. Default: the threshold.</summary>
    [Id(4)] public decimal? ResolveBelow { get; init; }

    /// <summary>Resolved after so many windows without a break that were quiet. Default 2.</summary>
    [Id(5)] public int ResolveAfterWindows { get; init; } = 2;

    [Id(6)] public bool Enabled { get; init; } = true;

    [Id(7)] public string? Description { get; init; }
}

/// <summary>Tells nobody of a rule's alerts for a while. They are recorded all the same.</summary>
[GenerateSerializer, Alias("silence-alert-rule"), Immutable]
public sealed record SilenceAlertRule
{
    /// <summary>At most seven days from now.</summary>
    [Id(0)] public required DateTimeOffset Until { get; init; }

    [Id(1)] public required string Reason { get; init; }
}

/// <summary>When the rule would have fired. Without a period: the last 24 hours.</summary>
public sealed record BackTestPeriod
{
    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? To { get; init; }
}

/// <summary>When a rule that is not there yet would have fired. Without a period: the last 24 hours.</summary>
public sealed record BackTestNewRule
{
    public required PutAlertRule Rule { get; init; }

    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? To { get; init; }
}

public sealed class PutAlertRuleValidator : AbstractValidator<PutAlertRule>
{
    private const decimal MaxThreshold = 1_000_000_000;

    public PutAlertRuleValidator()
    {
        RuleFor(rule => rule.Threshold).Must((rule, threshold) => threshold > 0 && threshold <= (AlertRules.IsPercentage(rule.Signal) ? 100 : MaxThreshold))
            .WithMessage(rule => $"Choose more than 0 and at most {(AlertRules.IsPercentage(rule.Signal) ? 100 : MaxThreshold):0}.");
        RuleFor(rule => rule.WindowSeconds).InclusiveBetween(AlertRules.MinWindowSeconds, AlertRules.MaxWindowSeconds)
            .WithMessage($"Choose {AlertRules.MinWindowSeconds} to {AlertRules.MaxWindowSeconds} seconds.");
        RuleFor(rule => rule.MinimumSample).Must((rule, sample) => sample is null || (AlertRules.NeedsSample(rule.Signal) && sample is >= 1 and <= 1_000_000))
            .WithMessage("Choose 1 to 1000000; only error_rate_percentage, latency_p95_milliseconds and request_size_p95_bytes have one.");
        RuleFor(rule => rule.ResolveBelow).Must((rule, below) => below is null || (below > 0 && below <= rule.Threshold))
            .WithMessage("Choose more than 0 and at most the threshold.");
        RuleFor(rule => rule.ResolveAfterWindows).InclusiveBetween(1, 10).WithMessage("Choose 1 to 10 windows.");
        RuleFor(rule => rule.Description).Must(text => text is null || IsText(text, 500)).WithMessage("Use at most 500 characters without control characters.");
    }

    internal static bool IsText(string text, int most) => text.Length <= most && !text.Any(char.IsControl);
}

public sealed class SilenceAlertRuleValidator : AbstractValidator<SilenceAlertRule>
{
    public SilenceAlertRuleValidator() =>
        RuleFor(command => command.Reason).Must(text => !string.IsNullOrWhiteSpace(text) && PutAlertRuleValidator.IsText(text, 500))
            .WithMessage("Say why, in at most 500 characters without control characters.");
}

public sealed class BackTestPeriodValidator : AbstractValidator<BackTestPeriod>
{
    public BackTestPeriodValidator() => RuleFor(command => command.To).Must((command, to) => !(to <= command.From)).WithMessage("Choose a moment after from.");
}

public sealed class BackTestNewRuleValidator : AbstractValidator<BackTestNewRule>
{
    public BackTestNewRuleValidator()
    {
        RuleFor(command => command.Rule).SetValidator(new PutAlertRuleValidator());
        RuleFor(command => command.To).Must((command, to) => !(to <= command.From)).WithMessage("Choose a moment after from.");
    }
}
