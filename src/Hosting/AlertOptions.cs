using System.Globalization;
using FluentValidation;

namespace Platform.Hosting;

/// <summary>Alerts.</summary>
public sealed class AlertOptions
{
    public AlertDefaultOptions Defaults { get; set; } = new();
}

/// <summary>Thresholds of the built-in rules, of every tenant and of the platform, while nobody changed the rule itself (AL-6).</summary>
public sealed class AlertDefaultOptions
{
    /// <summary>In the window of a minute. Default 10, 1 to 1 000 000.</summary>
    public int AuthFailuresPerMinute { get; set; } = 10;

    /// <summary>In the window of a minute. Default 50, 1 to 1 000 000.</summary>
    public int RateLimitViolationsPerMinute { get; set; } = 50;

    /// <summary>Of a hundred requests. Default 5.0, more than 0 and at most 100.</summary>
    public decimal ErrorRatePercentage { get; set; } = 5.0m;

    /// <summary>Default 5000, 1 to 600 000.</summary>
    public int LatencyP95Milliseconds { get; set; } = 5_000;

    /// <summary>Default 524 288, 1 to 1 048 576, the largest body.</summary>
    public int RequestSizeP95Bytes { get; set; } = 524_288;

    /// <summary>Of what a process may use; the platform's alone. Default 90, more than 0 and at most 100.</summary>
    public decimal MemoryUsagePercentage { get; set; } = 90;
}

public sealed class AlertOptionsValidator : AbstractValidator<AlertOptions>
{
    public AlertOptionsValidator()
    {
        Between(nameof(AlertDefaultOptions.AuthFailuresPerMinute), defaults => defaults.AuthFailuresPerMinute, 1_000_000);
        Between(nameof(AlertDefaultOptions.RateLimitViolationsPerMinute), defaults => defaults.RateLimitViolationsPerMinute, 1_000_000);
        Between(nameof(AlertDefaultOptions.LatencyP95Milliseconds), defaults => defaults.LatencyP95Milliseconds, 600_000);
        Between(nameof(AlertDefaultOptions.RequestSizeP95Bytes), defaults => defaults.RequestSizeP95Bytes, 1_048_576);
        Percentage(nameof(AlertDefaultOptions.ErrorRatePercentage), defaults => defaults.ErrorRatePercentage);
        Percentage(nameof(AlertDefaultOptions.MemoryUsagePercentage), defaults => defaults.MemoryUsagePercentage);
    }

    private void Between(string name, Func<AlertDefaultOptions, int> value, int most) =>
        RuleFor(options => options.Defaults).Must(defaults => value(defaults) >= 1 && value(defaults) <= most)
            .WithMessage(options => $"Platform:Alerts:Defaults:{name} is {value(options.Defaults)}; choose 1 to {most}.");

    private void Percentage(string name, Func<AlertDefaultOptions, decimal> value) =>
        RuleFor(options => options.Defaults).Must(defaults => value(defaults) is > 0 and <= 100)
            .WithMessage(options => $"Platform:Alerts:Defaults:{name} is {value(options.Defaults).ToString(CultureInfo.InvariantCulture)}; choose more than 0 and at most 100.");
}
