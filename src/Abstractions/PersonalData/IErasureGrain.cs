using Orleans.Concurrency;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Operations;
using Platform.Abstractions.Problems;

namespace Platform.Abstractions.PersonalData;

/// <summary>
/// The erasure of one person, from the request to the signed record. Key: <c>{tenant}/{principal}</c>. A reminder wakes it, so that one which was cut short is not forgotten.
/// </summary>
[Alias("erasure")]
public interface IErasureGrain : IGrainWithStringKey
{
    /// <summary>
    /// Shuts the person out before it answers, and erases the rest afterwards; a second time it answers how far that is. Refused for the last admin, for oneself, and for whoever is no person.
    /// </summary>
    [Alias("erase")]
    Task<Result<OperationView>> EraseAsync(ErasePrincipal command, Caller caller);

    [Alias("get"), AlwaysInterleave]
    Task<Result<OperationView>> GetAsync();

    /// <summary>The signed record, once everything is erased.</summary>
    [Alias("record"), AlwaysInterleave]
    Task<Result<string>> RecordAsync();
}
