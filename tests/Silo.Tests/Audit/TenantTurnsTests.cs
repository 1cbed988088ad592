using Platform.Abstractions.Tenants;
using Platform.Silo.Audit;

namespace Platform.Silo.Tests.Audit;

public sealed class TenantTurnsTests : IDisposable
{
    private readonly TenantTurns _turns = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _turns.Dispose();

    [Fact]
    public async Task One_has_a_turn_at_a_time_and_a_busy_tenant_waits_behind_a_quiet_one()
    {
        var (busy, quiet) = (TenantId.New(), TenantId.New());
        var first = await _turns.TakeAsync(busy, Cancel);
        var more = Enumerable.Range(0, 5).Select(_ => _turns.TakeAsync(busy, Cancel).AsTask()).ToArray();
        var other = _turns.TakeAsync(quiet, Cancel).AsTask();
        Assert.DoesNotContain(more, turn => turn.IsCompleted);
        Assert.False(other.IsCompleted);

        first.Dispose();
        (await other).Dispose();
        for (var left = more.ToList(); left.Count > 0;)
        {
            var next = await Task.WhenAny(left);
            left.Remove(next);
            Assert.DoesNotContain(left, turn => turn.IsCompleted);
            (await next).Dispose();
        }

        Assert.Equal(0, _turns.Tenants);
    }

    [Fact]
    public async Task Who_gives_up_leaves_nothing_behind()
    {
        var (busy, quiet) = (TenantId.New(), TenantId.New());
        using var given = new CancellationTokenSource();
        var first = await _turns.TakeAsync(busy, Cancel);
        var own = _turns.TakeAsync(busy, given.Token).AsTask();
        var other = _turns.TakeAsync(quiet, given.Token).AsTask();
        await given.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => own);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => other);

        first.Dispose();
        first.Dispose();

        Assert.Equal(0, _turns.Tenants);
        (await _turns.TakeAsync(quiet, Cancel)).Dispose();
    }
}
