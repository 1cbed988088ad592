using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Platform.Abstractions.Alerts;
using Platform.Admin.Management;
using Platform.Admin.Session;

namespace Platform.Admin.Components.Pages.Alerts;

/// <summary>A rule as a form has it. Only what JSON could not carry is refused here; the bounds are REST's.</summary>
internal sealed record RuleInput
{
    public static string[] Fields { get; } = ["name", "signal", "threshold", "windowSeconds", "minimumSample", "resolveBelow", "resolveAfterWindows", "description", "enabled"];

    public string? Name { get; init; }

    public AlertSignal Signal { get; init; }

    public string? Threshold { get; init; }

    public string? WindowSeconds { get; init; } = "60";

    public string? MinimumSample { get; init; }

    public string? ResolveBelow { get; init; }

    public string? ResolveAfterWindows { get; init; } = "2";

    public string? Description { get; init; }

    public bool Enabled { get; init; } = true;

    public static RuleInput Of(AlertRuleView rule) => new()
    {
        Name = rule.Name,
        Signal = rule.Signal,
        Threshold = Text(rule.Threshold),
        WindowSeconds = Text(rule.WindowSeconds),
        MinimumSample = rule.MinimumSample is { } sample ? Text(sample) : null,
        ResolveBelow = rule.ResolveBelow == rule.Threshold ? null : Text(rule.ResolveBelow),
        ResolveAfterWindows = Text(rule.ResolveAfterWindows),
        Description = rule.Description,
        Enabled = rule.Enabled,
    };

    public static RuleInput Of(PostedForm form) => new()
    {
        Name = form.Text("name"),
        Signal = SignalText.Named(form.Text("signal"))?.Signal ?? AlertSignal.AuthFailures,
        Threshold = form.Text("threshold"),
        WindowSeconds = form.Text("windowSeconds"),
        MinimumSample = form.Text("minimumSample"),
        ResolveBelow = form.Text("resolveBelow"),
        ResolveAfterWindows = form.Text("resolveAfterWindows"),
        Description = form.Text("description"),
        Enabled = form.Text("enabled") is not null,
    };

    /// <summary>As it begins: the guide's threshold, or one of its neighbours.</summary>
    public RuleInput Preset(string? preset)
    {
        var guide = SignalText.Of(Signal).Preset;
        return preset switch
        {
            "guide" => this with { Threshold = Text(guide), WindowSeconds = "60", ResolveBelow = null, ResolveAfterWindows = "2" },
            "strict" => this with { Threshold = Text(guide / 2) },
            "loose" => this with { Threshold = Text(AlertRules.IsPercentage(Signal) ? Math.Min(100, guide * 2) : guide * 2) },
            _ => this,
        };
    }

    /// <param name="name">Of the rule, which the address or the form has.</param>
    /// <param name="rule">As REST takes it.</param>
    /// <param name="problem">What of the form is wrong.</param>
    public bool TryRead(string name, out PutAlertRule rule, [NotNullWhen(false)] out ProblemView? problem)
    {
        var faults = new FormFaults();
        if (!AlertRules.IsName(name))
        {
            faults.Add("name", "Use 1 to 64 lower-case letters, digits and hyphens: a letter first, no hyphen last.");
        }

        var threshold = Number("threshold", Threshold, null);
        var below = Number("resolveBelow", ResolveBelow, 0);
        var window = Whole("windowSeconds", WindowSeconds, null);
        var sample = Whole("minimumSample", MinimumSample, 0);
        var windows = Whole("resolveAfterWindows", ResolveAfterWindows, null);
        rule = new PutAlertRule
        {
            Signal = Signal,
            Threshold = threshold ?? 0,
            WindowSeconds = window,
            MinimumSample = MinimumSample is null ? null : sample,
            ResolveBelow = ResolveBelow is null || threshold is null ? null : below,
            ResolveAfterWindows = windows,
            Description = Description,
            Enabled = Enabled,
        };
        problem = faults.Any ? faults.With(new PutAlertRuleValidator(), rule) : null;
        return problem is null;

        decimal? Number(string name, string? text, decimal? whenEmpty)
        {
            if (text is null && whenEmpty is { } empty)
            {
                return empty;
            }

            if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            {
                return number;
            }

            faults.Add(name, "Enter a number, such as 10 or 2.5.");
            return null;
        }

        int Whole(string name, string? text, int? whenEmpty)
        {
            if (text is null && whenEmpty is { } empty)
            {
                return empty;
            }

            if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            {
                return number;
            }

            faults.Add(name, "Enter a whole number.");
            return 0;
        }
    }

    private static string Text(decimal value) => value.ToString("0.############", CultureInfo.InvariantCulture);
}
