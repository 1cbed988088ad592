using Platform.Abstractions.Alerts;

namespace Platform.Grains.Alerts;

/// <summary>A rule as it is kept.</summary>
public sealed record AlertRuleDefinition
{
    public required string Name { get; init; }
    public required AlertSignal Signal { get; init; }
    public required decimal Threshold { get; init; }
    public required int WindowSeconds { get; init; }

    /// <summary>0 where the signal has none.</summary>
    public required int MinimumSample { get; init; }

    public required decimal ResolveBelow { get; init; }
    public required int ResolveAfterWindows { get; init; }
    public required bool Enabled { get; init; }
    public string? Description { get; init; }
    public long Version { get; init; }
    public DateTimeOffset? ChangedAt { get; init; }
    public string? ChangedBy { get; init; }

    public static AlertRuleDefinition Of(string name, PutAlertRule command) => new()
    {
        Name = name,
        Signal = command.Signal,
        Threshold = command.Threshold,
        WindowSeconds = command.WindowSeconds,
        MinimumSample = AlertRules.NeedsSample(command.Signal) ? command.MinimumSample ?? AlertRules.DefaultSample : 0,
        ResolveBelow = command.ResolveBelow ?? command.Threshold,
        ResolveAfterWindows = command.ResolveAfterWindows,
        Enabled = command.Enabled,
        Description = command.Description,
    };
}

/// <summary>How a rule stands between two judgements.</summary>
public sealed record AlertRuleStatus
{
    /// <summary>Number of the alert that fires; 0 when none does.</summary>
    public long Firing { get; init; }

    /// <summary>The first second of the quiet that has not been broken since; 0 while it is not quiet.</summary>
    public long QuietSince { get; init; }

    /// <summary>Seconds before this one do not make the rule fire: somebody resolved it then.</summary>
    public long CountFrom { get; init; }

    /// <summary>Windows that end before this second were judged for good.</summary>
    public long JudgeFrom { get; init; }

    public AlertSilenceView? Silence { get; init; }
}

/// <summary>What must still be put on record and told. It is kept with the change itself, so that neither is lost.</summary>
public sealed record AlertNews
{
    public required Guid Id { get; init; }
    public required AlertNewsKind Kind { get; init; }
    public required AlertView Alert { get; init; }

    /// <summary>False while a silence lasts.</summary>
    public required bool Tell { get; init; }

    /// <summary>A repeated telling is not an event of its own.</summary>
    public required bool Record { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The channels that took it already: only the others are told again.</summary>
    public string[] Took { get; init => field = value ?? []; } = [];
}

public enum AlertNewsKind
{
    Fired = 0,
    Resolved = 1,
    Test = 2,
}

/// <summary>Rules that were changed or made, how all stand, alerts, and news that are not out yet.</summary>
public sealed record AlertRuleState
{
    public long Version { get; init; }

    public long Alerts { get; init; }

    public AlertRuleDefinition[] Rules { get; init => field = value ?? []; } = [];

    public Dictionary<string, AlertRuleStatus> Status { get; init => field = value ?? new(StringComparer.Ordinal); } = new(StringComparer.Ordinal);

    /// <summary>Oldest first.</summary>
    public AlertView[] Kept { get; init => field = value ?? []; } = [];

    public AlertNews[] News { get; init => field = value ?? []; } = [];
}

/// <summary>The counts as they are kept over restarts, and what each node sent last.</summary>
public sealed record AlertWindowState
{
    /// <summary>For each second that has something: its number and four counts.</summary>
    public long[] Seconds { get; init => field = value ?? []; } = [];

    public NodeSequence[] Nodes { get; init => field = value ?? []; } = [];
}

/// <summary>Percentiles and levels of the last minutes, which are written less often than counts.</summary>
public sealed record AlertLevelState
{
    public byte[] Series { get; init => field = value ?? []; } = [];
}

/// <summary>The last batch of a node.</summary>
public sealed record NodeSequence(Guid Node, long Sequence, long Second);
