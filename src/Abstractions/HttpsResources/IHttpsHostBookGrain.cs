using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;

namespace Platform.Abstractions.HttpsResources;

/// <summary>The https hosts that a tenant's agents may read. Key: <c>{tenant}</c>. It is asked at every read, so a change is effective at once.</summary>
[Alias("https-host-book")]
public interface IHttpsHostBookGrain : IGrainWithStringKey
{
    /// <summary>By name.</summary>
    [Alias("list")]
    Task<HttpsHost[]> ListAsync();

    [Alias("get")]
    Task<Result<HttpsHost>> GetAsync(string host);

    /// <summary>Adds a host or changes its entry. Refused beyond <see cref="HttpsHostRules.MaxHosts"/>.</summary>
    /// <param name="host">See <see cref="HttpsHostRules.IsHost"/>.</param>
    /// <param name="command">All of it.</param>
    /// <param name="expected">The version that is changed; null when there must be none yet.</param>
    /// <param name="caller">Who does it.</param>
    [Alias("put")]
    Task<Result<HttpsHost>> PutAsync(string host, PutHttpsHost command, long? expected, Caller caller);

    [Alias("delete")]
    Task<Problem?> DeleteAsync(string host, long expected, Caller caller);
}
