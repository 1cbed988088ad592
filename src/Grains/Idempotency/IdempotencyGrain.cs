using Platform.Abstractions.Idempotency;
using Platform.Grains.Storage;

namespace Platform.Grains.Idempotency;

[GrainType("idempotency")]
internal sealed class IdempotencyGrain([PersistentState("record")] IPersistentState<IdempotencyRecord> state, TimeProvider clock) : Grain, IIdempotencyGrain
{
    public async Task<IdempotencyVerdict> BeginAsync(string fingerprint)
    {
        var now = clock.GetUtcNow();
        if (state.State.ExpiresAt <= now)
        {
            // The cleaner may have deleted the dead row under us; its etag is worth nothing.
            await state.ReadStateAsync();
        }

        var verdict = state.State.Ask(fingerprint, now);
        if (verdict.State == IdempotencyState.Begun)
        {
            await state.SaveAsync(IdempotencyRecord.Begin(fingerprint, now));
        }

        return verdict;
    }

    public async Task CompleteAsync(string fingerprint, KeptAnswer answer)
    {
        if (state.State.IsOf(fingerprint))
        {
            await state.SaveAsync(state.State.Complete(answer, clock.GetUtcNow()));
        }
    }

    public async Task ReleaseAsync(string fingerprint)
    {
        if (state.State.IsOf(fingerprint))
        {
            await state.ClearStateAsync();
            DeactivateOnIdle();
        }
    }
}
