using System.Text.Json.Serialization;

namespace Platform.Abstractions.Alerts;

/// <summary>How an alert stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AlertState>))]
public enum AlertState
{
    [JsonStringEnumMemberName("firing")] Firing = 0,
    [JsonStringEnumMemberName("resolved")] Resolved = 1,
}

/// <summary>A rule as it stands.</summary>
[GenerateSerializer, Alias("alert-rule-view"), Immutable]
public sealed record AlertRuleView
{
    [Id(0)] public required string Name { get; init; }
    [Id(1)] public required AlertSignal Signal { get; init; }
    [Id(2)] public required decimal Threshold { get; init; }
    [Id(3)] public required int WindowSeconds { get; init; }

    /// <summary>Null where the signal has none.</summary>
    [Id(4)] public int? MinimumSample { get; init; }

    [Id(5)] public required decimal ResolveBelow { get; init; }
    [Id(6)] public required int ResolveAfterWindows { get; init; }
    [Id(7)] public required bool Enabled { get; init; }
    [Id(8)] public string? Description { get; init; }

    /// <summary>It is there from the beginning and cannot be removed.</summary>
    [Id(9)] public required bool BuiltIn { get; init; }

    /// <summary>What its ETag holds; 0 for a built-in rule that nobody changed.</summary>
    [Id(10)] public required long Version { get; init; }

    [Id(11)] public DateTimeOffset? ChangedAt { get; init; }
    [Id(12)] public string? ChangedBy { get; init; }

    /// <summary>Of the window that ends now; null when the window is empty of what the signal needs.</summary>
    [Id(13)] public decimal? Value { get; init; }

    /// <summary>The alert that fires; null when none does.</summary>
    [Id(14)] public string? Alert { get; init; }

    [Id(15)] public AlertSilenceView? Silence { get; init; }

    /// <summary>The command that would make the rule what it is.</summary>
    public PutAlertRule ToPut() => new()
    {
        Signal = Signal,
        Threshold = Threshold,
        WindowSeconds = WindowSeconds,
        MinimumSample = MinimumSample,
        ResolveBelow = ResolveBelow,
        ResolveAfterWindows = ResolveAfterWindows,
        Enabled = Enabled,
        Description = Description,
    };
}

/// <summary>Nobody is told of a rule's alerts.</summary>
[GenerateSerializer, Alias("alert-silence-view"), Immutable]
public sealed record AlertSilenceView
{
    [Id(0)] public required DateTimeOffset Until { get; init; }
    [Id(1)] public required string Reason { get; init; }
    [Id(2)] public required string By { get; init; }
}

/// <summary>One time that a rule fired.</summary>
[GenerateSerializer, Alias("alert-view"), Immutable]
public sealed record AlertView
{
    /// <summary>Counts up in its tenant.</summary>
    [Id(0)] public required long Number { get; init; }

    [Id(1)] public required string Id { get; init; }
    [Id(2)] public required string Rule { get; init; }
    [Id(3)] public required AlertSignal Signal { get; init; }
    [Id(4)] public required AlertState State { get; init; }

    /// <summary>As it was when the rule fired.</summary>
    [Id(5)] public required decimal Threshold { get; init; }

    [Id(6)] public required int WindowSeconds { get; init; }

    /// <summary>Of the window that made it fire.</summary>
    [Id(7)] public required decimal Value { get; init; }

    /// <summary>The highest since.</summary>
    [Id(8)] public required decimal Peak { get; init; }

    [Id(9)] public required DateTimeOffset FiredAt { get; init; }
    [Id(10)] public DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>Who resolved it; <c>system</c> when it ended by itself.</summary>
    [Id(11)] public string? ResolvedBy { get; init; }

    /// <summary>False while a silence keeps it from everybody.</summary>
    [Id(12)] public required bool Told { get; init; }
}

/// <summary>What a test of the channels found.</summary>
/// <param name="Channel">Its name.</param>
/// <param name="Delivered">Somebody listens there and the channel took it; of webhooks, that it is queued for each endpoint that wants it: its deliveries tell how it went on.</param>
/// <param name="Failed">It could not be told; neither delivered nor failed is a channel on which nobody listens.</param>
[GenerateSerializer, Alias("alert-channel-view"), Immutable]
public sealed record AlertChannelView([property: Id(0)] string Channel, [property: Id(1)] bool Delivered, [property: Id(2)] bool Failed);
