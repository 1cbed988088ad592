using FluentValidation;

namespace Platform.Abstractions.Identity;

/// <summary>What a condition may be: bounded in depth and parts, and readable as a whole.</summary>
public sealed class AccessConditionValidator : AbstractValidator<AccessCondition>
{
    public const int MaxDepth = 3;
    public const int MaxParts = 20;
    public const int MaxAddresses = 50;

    public AccessConditionValidator() =>
        RuleFor(condition => condition).Custom((condition, context) =>
        {
            if (FaultOf(condition) is { } fault)
            {
                context.AddFailure(fault);
            }
        });

    /// <summary>What is wrong with it and what would be right; null when nothing is.</summary>
    public static string? FaultOf(AccessCondition condition)
    {
        var parts = 0;
        return FaultOf(condition, 1, ref parts);
    }

    private static string? FaultOf(AccessCondition? condition, int depth, ref int parts)
    {
        if (condition is null || depth > MaxDepth || ++parts > MaxParts)
        {
            return $"A condition nests at most {MaxDepth} deep and has at most {MaxParts} parts.";
        }

        if (condition == new AccessCondition { TimeZone = condition.TimeZone })
        {
            return "A condition names at least one of time, weekdays, addresses, trustLevel, allOf, anyOf.";
        }

        if (OwnFaultOf(condition) is { } fault)
        {
            return fault;
        }

        foreach (var part in (condition.AllOf ?? []).Concat(condition.AnyOf ?? []))
        {
            if (FaultOf(part, depth + 1, ref parts) is { } deeper)
            {
                return deeper;
            }
        }

        return null;
    }

    private static string? OwnFaultOf(AccessCondition condition) => condition switch
    {
        { AllOf: { Length: 0 } } or { AnyOf: { Length: 0 } } => "A list of conditions is not empty.",
        { Time: { } time } when !ConditionJudge.TryReadMinute(time.From, out var from) || !ConditionJudge.TryReadMinute(time.To, out var to) || from == to =>
            "Write two different times as HH:mm, from 00:00 to 24:00.",
        { Weekdays: { } days } when days.Length is 0 or > 7 || days.Distinct().Count() != days.Length || days.Any(day => !Enum.IsDefined(day)) => "Name one to seven weekdays, each once.",
        { TimeZone: { } zone } when zone.Length > 64 || !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _) => "Use the IANA name of a time zone, such as Europe/Zurich.",
        { TimeZone: not null, Time: null, Weekdays: null } => "A time zone belongs to a time or to weekdays.",
        { Addresses: { } addresses } when addresses.Length is 0 or > MaxAddresses || addresses.Any(address => !AddressRange.TryParse(address, out _)) =>
            $"Write 1 to {MaxAddresses} addresses such as 10.0.0.5 or networks such as 10.1.0.0/24, in their shortest form and without bits of a host.",
        { TrustLevel: { } level } when level == TrustLevel.None || !Enum.IsDefined(level) => "Choose low, medium or high.",
        _ => null,
    };
}
