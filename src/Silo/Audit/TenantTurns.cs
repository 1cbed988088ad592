using Platform.Abstractions.Tenants;

namespace Platform.Silo.Audit;

/// <summary>One turn at a time, and tenants in rotation: whoever asks for many waits behind everybody who asks for one.</summary>
internal sealed class TenantTurns : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly Dictionary<TenantId, (SemaphoreSlim Own, int Users)> _tenants = [];

    /// <summary>How many tenants have or want a turn.</summary>
    public int Tenants
    {
        get
        {
            lock (_lock)
            {
                return _tenants.Count;
            }
        }
    }

    /// <returns>Disposed of at the end of the turn.</returns>
    public async ValueTask<Turn> TakeAsync(TenantId tenant, CancellationToken cancel)
    {
        var own = Enter(tenant);
        var isMine = false;
        try
        {
            await own.WaitAsync(cancel);
            isMine = true;
            await _one.WaitAsync(cancel);
            return new Turn(this, tenant);
        }
        catch
        {
            Leave(tenant, isMine);
            throw;
        }
    }

    public void Dispose() => _one.Dispose();

    private SemaphoreSlim Enter(TenantId tenant)
    {
        lock (_lock)
        {
            var (own, users) = _tenants.TryGetValue(tenant, out var known) ? known : (new SemaphoreSlim(1, 1), 0);
            _tenants[tenant] = (own, users + 1);
            return own;
        }
    }

    private void Leave(TenantId tenant, bool wasMine)
    {
        lock (_lock)
        {
            var (own, users) = _tenants[tenant];
            if (wasMine)
            {
                own.Release();
            }

            if (users > 1)
            {
                _tenants[tenant] = (own, users - 1);
                return;
            }

            _tenants.Remove(tenant);
            own.Dispose();
        }
    }

    public sealed class Turn(TenantTurns turns, TenantId tenant) : IDisposable
    {
        private int _isOver;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isOver, 1) == 0)
            {
                turns._one.Release();
                turns.Leave(tenant, wasMine: true);
            }
        }
    }
}
