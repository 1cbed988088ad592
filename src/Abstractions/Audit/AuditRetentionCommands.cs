using FluentValidation;

namespace Platform.Abstractions.Audit;

/// <summary>How long a trail is kept, at least. Whole segments are deleted, so that a record may stay an hour longer.</summary>
[GenerateSerializer, Alias("set-audit-retention"), Immutable]
public sealed record SetAuditRetention
{
    /// <summary>The least that any platform allows (AL-2).</summary>
    public const int LeastDays = 90;

    public const int MostDays = 3_650;

    /// <summary><see cref="LeastDays"/> to <see cref="MostDays"/>, and not less than the platform's own.</summary>
    [Id(0)] public required int Days { get; init; }
}

public sealed class SetAuditRetentionValidator : AbstractValidator<SetAuditRetention>
{
    public SetAuditRetentionValidator() => RuleFor(command => command.Days).InclusiveBetween(SetAuditRetention.LeastDays, SetAuditRetention.MostDays);
}

/// <summary>Stops every deletion from a trail until it is released.</summary>
[GenerateSerializer, Alias("place-audit-hold"), Immutable]
public sealed record PlaceAuditHold
{
    /// <summary>For those who come later; 1 to 500 characters.</summary>
    [Id(0)] public required string Reason { get; init; }
}

public sealed class PlaceAuditHoldValidator : AbstractValidator<PlaceAuditHold>
{
    public PlaceAuditHoldValidator() => RuleFor(command => command.Reason).NotEmpty().MaximumLength(500);
}

/// <summary>A legal hold.</summary>
/// <param name="Id">Eight characters.</param>
/// <param name="Reason">Why.</param>
/// <param name="By">The principal who placed it.</param>
/// <param name="ByPlatform">True when an operator did: then only an operator releases it.</param>
/// <param name="Since">From then on.</param>
[GenerateSerializer, Alias("audit-hold"), Immutable]
public sealed record AuditHold(
    [property: Id(0)] string Id, [property: Id(1)] string Reason, [property: Id(2)] string By, [property: Id(3)] bool ByPlatform, [property: Id(4)] DateTimeOffset Since)
{
    /// <summary>More at a time are refused.</summary>
    public const int Most = 100;
}

/// <summary>How long a trail is kept, what stops its deletion, and what is gone.</summary>
/// <param name="Days">In force.</param>
/// <param name="LeastDays">The platform's own: no trail has fewer.</param>
/// <param name="Holds">While there is one, nothing is deleted.</param>
/// <param name="PrunedThrough">Sequence of the last record that is no longer kept; 0 when all are.</param>
[GenerateSerializer, Alias("audit-retention-view"), Immutable]
public sealed record AuditRetentionView([property: Id(0)] int Days, [property: Id(1)] int LeastDays, [property: Id(2)] AuditHold[] Holds, [property: Id(3)] long PrunedThrough);
