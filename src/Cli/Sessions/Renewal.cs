using Platform.Cli.Outcomes;
using Platform.Cli.Profiles;
using Platform.Cli.Rest;
using Platform.Cli.Shell;

namespace Platform.Cli.Sessions;

/// <summary>The session of a profile, for changes that end all sessions of their user and answer with a new one, which takes its place.</summary>
internal sealed class Renewal
{
    private readonly string _name;
    private readonly Profile _profile;

    private Renewal(string name, Profile profile) => (_name, _profile) = (name, profile);

    /// <summary>Refuses before anything is asked for where there is no session to renew.</summary>
    public static async Task<Outcome<Renewal>> OpenAsync(Run run)
    {
        if ((run.Wanted.KeyFile ?? run.Terminal.Variable(Access.KeyFileVariable)) is not null)
        {
            return Refusal.Usage("This is about a user who is signed in, not about a key: leave the key file out.");
        }

        if (!run.Access.ProfileName(run.Wanted.Profile).Try(out var name, out var refused) || !(await run.SignedAsync()).Try(out _, out refused) || !(await run.Access.Store.ReadAsync(name, run.Cancel)).Try(out var profile, out refused))
        {
            return refused;
        }

        return profile.IsSession ? new Renewal(name, profile) : Refusal.Usage($"The profile '{name}' has a key, and a key has no password. Sign in as a user: platform login --user NAME");
    }

    /// <summary>Puts the new session into the profile, and takes it out of the answer; null when it is kept.</summary>
    public async Task<Refusal?> KeepAsync(Run run, Reply reply)
    {
        if (reply.Refusal is { } refused)
        {
            return refused;
        }

        var ends = reply.Body?["session"]?["expiresAt"]?.GetValue<DateTimeOffset>();
        if (SecretSink.Take(reply, "token") is not { } token)
        {
            return new Refusal(ExitCode.Refused, "It was done, but the new session was lost on the way. Sign in again: platform login");
        }

        return await run.Access.Store.WriteAsync(_name, _profile with { Credential = token, ExpiresAt = ends }, run.Cancel) is null
            ? null
            : new Refusal(ExitCode.Refused, "It was done, but the new session cannot be kept in the profile. Sign in again: platform login");
    }
}
