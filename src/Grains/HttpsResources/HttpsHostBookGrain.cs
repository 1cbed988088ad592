using Platform.Abstractions.HttpsResources;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Grains.Storage;
using Platform.Grains.Tenancy;

namespace Platform.Grains.HttpsResources;

[GrainType("https-host-book")]
internal sealed class HttpsHostBookGrain([PersistentState("https-hosts")] IPersistentState<HttpsHostBookState> state, TimeProvider clock) : Grain, IHttpsHostBookGrain
{
    public Task<HttpsHost[]> ListAsync() => Task.FromResult(state.State.Hosts);

    public Task<Result<HttpsHost>> GetAsync(string host) => Task.FromResult(Found(host));

    public async Task<Result<HttpsHost>> PutAsync(string host, PutHttpsHost command, long? expected, Caller caller)
    {
        if (!HttpsHostBook.Put(state.State, host, command, expected, caller.NameIn(GrainContext.TenantOf()), clock.GetUtcNow()).Try(out var next, out var refused))
        {
            return refused;
        }

        await state.SaveAsync(next);
        return Found(host);
    }

    public async Task<Problem?> DeleteAsync(string host, long expected, Caller caller)
    {
        if (!HttpsHostBook.Delete(state.State, host, expected).Try(out var next, out var refused))
        {
            return refused;
        }

        await state.SaveAsync(next);
        return null;
    }

    private Result<HttpsHost> Found(string host) => HttpsHostBook.Find(state.State, host) is { } entry ? entry : Problem.NotFound("https host");
}
