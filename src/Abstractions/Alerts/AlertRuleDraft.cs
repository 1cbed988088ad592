namespace Platform.Abstractions.Alerts;

/// <summary>One alert rule as somebody wants it.</summary>
/// <param name="Name">Of the rule.</param>
/// <param name="Rule">Null to have it no more.</param>
[GenerateSerializer, Alias("alert-rule-draft"), Immutable]
public sealed record AlertRuleDraft([property: Id(0)] string Name, [property: Id(1)] PutAlertRule? Rule);
