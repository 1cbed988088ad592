using Microsoft.Extensions.Logging.Abstractions;
using Platform.Grains.Secrets;

namespace Platform.Silo.Secrets.KeyVault;

/// <summary>While a vault does not answer it is asked rarely, and not before the time that it wants.</summary>
internal sealed class VaultOutage(TimeProvider clock)
{
    // Long enough to spare a vault in trouble, short enough that nobody waits for us once it is back.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    private Period? _now;

    /// <summary>Hears when the vault goes and comes.</summary>
    public ILogger Log { get; set; } = NullLogger.Instance;

    /// <exception cref="SecretStoreException">The vault did not answer a moment ago.</exception>
    public void Require(string name)
    {
        var period = Volatile.Read(ref _now);
        if (period is not null && clock.GetUtcNow() is var now && now < period.Until)
        {
            throw new SecretStoreException(SecretFault.Unavailable, $"The secret '{name}' was not asked for: {period.Message}") { RetryAfter = period.Until - now };
        }
    }

    public async ValueTask<T> AskAsync<T>(string name, Func<ValueTask<T>> ask)
    {
        Require(name);
        try
        {
            var answer = await ask();
            if (Interlocked.Exchange(ref _now, null) is not null)
            {
                KeyVaultLog.Answers(Log);
            }

            return answer;
        }
        catch (SecretStoreException failure) when (failure.Fault == SecretFault.Unavailable)
        {
            var pause = failure.RetryAfter is { } wanted && wanted > Pause ? wanted : Pause;
            var begun = new Period(clock.GetUtcNow() + (pause < LongestPause ? pause : LongestPause), failure.Message);
            if (Interlocked.Exchange(ref _now, begun) is null)
            {
                KeyVaultLog.Unavailable(Log, failure.Message);
            }

            throw;
        }
    }

    private sealed record Period(DateTimeOffset Until, string Message);
}

internal static partial class KeyVaultLog
{
    [LoggerMessage(EventId = 1, EventName = "VaultUnavailable", Level = LogLevel.Warning, Message = "{Reason} Values read before go on being used; nothing can be rotated.")]
    public static partial void Unavailable(ILogger log, string reason);

    [LoggerMessage(EventId = 2, EventName = "VaultAnswers", Level = LogLevel.Information, Message = "The vault answers again.")]
    public static partial void Answers(ILogger log);
}
