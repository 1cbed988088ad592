using Microsoft.Extensions.Options;
using Platform.Abstractions.Logins;

namespace Platform.Grains.Logins;

/// <summary>
/// Runs the tenth of a second that a password costs: off the grain's turn, and on no more cores than this silo can spare, so that a storm of sign-ins
/// delays sign-ins and nothing else.
/// </summary>
internal sealed class PasswordWork : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _cores = new(Math.Max(1, Environment.ProcessorCount / 2));
    private readonly int _rounds;
    private long _done;

    public PasswordWork(IOptions<GrainOptions> options)
    {
        _rounds = options.Value.PasswordRounds;
        if (_rounds < PasswordRules.FewestRounds)
        {
            throw new ArgumentException($"PasswordRounds is {_rounds}; at least {PasswordRules.FewestRounds} are needed.", nameof(options));
        }
    }

    /// <summary>Derivations so far: that a user who does not exist costs the same is tested by this, not by time.</summary>
    public long Done => Interlocked.Read(ref _done);

    public Task<string> HashAsync(string password) => RunAsync(() => PasswordHash.Create(password, _rounds));

    public Task<(bool Matches, bool Outdated)> VerifyAsync(string? stored, string password) =>
        RunAsync(() => (PasswordHash.Verify(stored, password, _rounds, out var outdated), outdated));

    public void Dispose() => _cores.Dispose();

    private async Task<T> RunAsync<T>(Func<T> derive)
    {
        if (!await _cores.WaitAsync(Patience))
        {
            // Closed, not open: who is not verified is not in.
            throw new TimeoutException("Too many passwords are being checked.");
        }

        try
        {
            Interlocked.Increment(ref _done);
            return await Task.Run(derive);
        }
        finally
        {
            _cores.Release();
        }
    }
}
