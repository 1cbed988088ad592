using Microsoft.Extensions.Options;
using Platform.Abstractions.Logins;
using Platform.Grains.Logins;

namespace Platform.Grains.Tests.Logins;

[Trait("Control", "AU-8")]
public sealed class PasswordWorkTests
{
    private const string Password = "correct horse battery staple";

    /// <summary>No enumeration by work: whoever asks about anybody pays one derivation.</summary>
    [Fact]
    public async Task A_right_a_wrong_an_absent_and_an_unreadable_password_cost_one_derivation_each()
    {
        using var work = With(PasswordRules.FewestRounds);
        var stored = await work.HashAsync(Password);
        var spent = new List<long>();
        foreach (var (hash, typed) in new[] { (stored, Password), (stored, "wrong"), (null, Password), ("gibberish", Password) })
        {
            var before = work.Done;
            await work.VerifyAsync(hash, typed);
            spent.Add(work.Done - before);
        }

        Assert.Equal([1, 1, 1, 1], spent);
    }

    [Fact]
    public async Task A_hash_with_fewer_rounds_than_configured_is_outdated()
    {
        using var old = With(PasswordRules.FewestRounds);
        using var today = With(PasswordRules.FewestRounds + 1);

        Assert.Equal((true, true), await today.VerifyAsync(await old.HashAsync(Password), Password));
        Assert.Equal((true, false), await old.VerifyAsync(await today.HashAsync(Password), Password));
    }

    [Fact]
    public void Fewer_rounds_than_the_floor_do_not_start() => Assert.Throws<ArgumentException>(() => With(99_999));

    private static PasswordWork With(int rounds) => new(Options.Create(new GrainOptions { PasswordRounds = rounds }));
}
