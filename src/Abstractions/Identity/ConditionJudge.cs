using System.Globalization;

namespace Platform.Abstractions.Identity;

/// <summary>Whether a condition holds. What cannot be told allows nothing and denies everything: the default.</summary>
public enum ConditionVerdict
{
    Unknown = 0,
    Fails = 1,
    Holds = 2,
}

/// <summary>A condition, read once and judged for each request.</summary>
public sealed class ConditionJudge
{
    private const int DayMinutes = 24 * 60;

    private readonly (int From, int To)? _window;
    private readonly int? _weekdays;
    private readonly TimeZoneInfo? _zone = TimeZoneInfo.Utc;
    private readonly AddressRange[]? _addresses;
    private readonly TrustLevel? _trust;
    private readonly ConditionJudge[]? _all;
    private readonly ConditionJudge[]? _any;
    private readonly bool _unreadable;

    public ConditionJudge(AccessCondition condition)
    {
        if (condition.Time is { } time)
        {
            _unreadable |= !TryReadMinute(time.From, out var from) | !TryReadMinute(time.To, out var to);
            _window = (from, to);
        }

        if (condition.Weekdays is { } days)
        {
            _weekdays = days.Aggregate(0, (mask, day) => mask | (1 << (int)day));
        }

        if (condition.TimeZone is { } zone)
        {
            _unreadable |= !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _zone);
        }

        if (condition.Addresses is { } addresses)
        {
            _addresses = new AddressRange[addresses.Length];
            for (var i = 0; i < addresses.Length; i++)
            {
                _unreadable |= !AddressRange.TryParse(addresses[i], out _addresses[i]);
            }
        }

        _trust = condition.TrustLevel;
        _all = condition.AllOf is { } all ? [.. all.Select(part => new ConditionJudge(part))] : null;
        _any = condition.AnyOf is { } any ? [.. any.Select(part => new ConditionJudge(part))] : null;
        _unreadable |= condition == new AccessCondition() || condition.AllOf is [] || condition.AnyOf is [];
    }

    public ConditionVerdict Judge(in AccessContext context)
    {
        if (_unreadable)
        {
            return ConditionVerdict.Unknown;
        }

        var verdict = And(JudgeTime(context), JudgeAddress(context));
        verdict = And(verdict, _trust is { } least && context.Trust < least ? ConditionVerdict.Fails : ConditionVerdict.Holds);
        foreach (var part in _all ?? [])
        {
            verdict = And(verdict, part.Judge(context));
        }

        if (_any is null)
        {
            return verdict;
        }

        var some = ConditionVerdict.Fails;
        foreach (var part in _any)
        {
            some = Or(some, part.Judge(context));
        }

        return And(verdict, some);
    }

    /// <summary>Reads <c>HH:mm</c>, 00:00 to 24:00, as minutes of a day.</summary>
    public static bool TryReadMinute(string? text, out int minute)
    {
        minute = 0;
        if (text is not { Length: 5 } || text[2] != ':'
            || !int.TryParse(text.AsSpan(0, 2), NumberStyles.None, CultureInfo.InvariantCulture, out var hours)
            || !int.TryParse(text.AsSpan(3), NumberStyles.None, CultureInfo.InvariantCulture, out var minutes) || minutes > 59)
        {
            return false;
        }

        minute = (hours * 60) + minutes;
        return minute <= DayMinutes;
    }

    private ConditionVerdict JudgeTime(in AccessContext context)
    {
        if (_window is null && _weekdays is null)
        {
            return ConditionVerdict.Holds;
        }

        var local = TimeZoneInfo.ConvertTime(context.Now, _zone!);
        if (_weekdays is { } days && (days & (1 << (int)local.DayOfWeek)) == 0)
        {
            return ConditionVerdict.Fails;
        }

        if (_window is not { } window)
        {
            return ConditionVerdict.Holds;
        }

        var minute = (local.Hour * 60) + local.Minute;
        var within = window.From < window.To ? minute >= window.From && minute < window.To : minute >= window.From || minute < window.To;
        return within ? ConditionVerdict.Holds : ConditionVerdict.Fails;
    }

    private ConditionVerdict JudgeAddress(in AccessContext context)
    {
        if (_addresses is null)
        {
            return ConditionVerdict.Holds;
        }

        if (context.Address is null)
        {
            return ConditionVerdict.Unknown;
        }

        foreach (var range in _addresses)
        {
            if (range.Contains(context.Address))
            {
                return ConditionVerdict.Holds;
            }
        }

        return ConditionVerdict.Fails;
    }

    private static ConditionVerdict And(ConditionVerdict one, ConditionVerdict other) =>
        one == ConditionVerdict.Fails || other == ConditionVerdict.Fails ? ConditionVerdict.Fails
        : one == ConditionVerdict.Unknown || other == ConditionVerdict.Unknown ? ConditionVerdict.Unknown
        : ConditionVerdict.Holds;

    private static ConditionVerdict Or(ConditionVerdict one, ConditionVerdict other) =>
        one == ConditionVerdict.Holds || other == ConditionVerdict.Holds ? ConditionVerdict.Holds
        : one == ConditionVerdict.Unknown || other == ConditionVerdict.Unknown ? ConditionVerdict.Unknown
        : ConditionVerdict.Fails;
}
