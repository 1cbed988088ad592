using Orleans.Concurrency;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Operations;
using Platform.Abstractions.Problems;

namespace Platform.Abstractions.PersonalData;

/// <summary>The export of what is held of one person. Key: <c>{tenant}/{principal}</c>. One at a time; a reminder wakes one that was cut short.</summary>
[Alias("personal-export")]
public interface IPersonalExportGrain : IGrainWithStringKey
{
    /// <summary>Begins one, in place of the one before; while one is being made it answers how far that is. Refused for whoever is no person, and while the tenant is read-only.</summary>
    [Alias("begin")]
    Task<Result<OperationView>> BeginAsync(Caller caller);

    [Alias("get"), AlwaysInterleave]
    Task<Result<OperationView>> GetAsync();

    /// <summary>What was collected; <c>not-found</c> when there is none or its time is over, <c>conflict</c> while it is being made.</summary>
    [Alias("download"), AlwaysInterleave]
    Task<Result<PersonalExport>> DownloadAsync();

    /// <summary>Destroys what was collected. For the erasure of the person alone.</summary>
    [Alias("forget")]
    Task ForgetAsync();
}

/// <summary>What is held of a person, but for the events of the audit trail, which stay where they are: those until <see cref="CollectedAt"/> belong to it.</summary>
[GenerateSerializer, Alias("personal-export-view"), Immutable]
public sealed record PersonalExport
{
    [Id(0)] public required DateTimeOffset CollectedAt { get; init; }

    /// <summary>From then on nobody can have it any more.</summary>
    [Id(1)] public required DateTimeOffset ExpiresAt { get; init; }

    [Id(2)] public required PersonalSection[] Sections { get; init; }
}

/// <summary>One kind of thing that is held.</summary>
/// <param name="Name">Such as <c>sessions</c>.</param>
/// <param name="Json">An object, or an array of them.</param>
[GenerateSerializer, Alias("personal-section"), Immutable]
public sealed record PersonalSection([property: Id(0)] string Name, [property: Id(1)] string Json);
