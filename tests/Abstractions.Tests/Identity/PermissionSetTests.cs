using CsCheck;
using Platform.Abstractions.Identity;

namespace Platform.Abstractions.Tests.Identity;

[Trait("Control", "AZ-2")]
public sealed class PermissionSetTests
{
    private static readonly Gen<string> Word = OneOfThese("tools", "resources", "read", "call", "*", "Tools", "", "a b");

    private static readonly Gen<string> Path = OneOfThese("public", "Public", "x", "*", "..", ".", "", "a\\b", "\0", "%2f", "x*")
        .Array[1, 4].Select(segments => string.Join('/', segments));

    private static readonly Gen<string> Grant = Gen.Frequency(
        (1, Gen.Const("*")),
        (1, Word),
        (3, Gen.Select(Word, Word, (area, action) => $"{area}:{action}")),
        (9, Gen.Select(Word, Word, Path, (area, action, path) => $"{area}:{action}:{path}")));

    private static readonly Gen<(string Area, string Action, string? Target)> Question =
        Gen.Select(Word, Word, Gen.Frequency((4, Path), (1, Gen.Const((string)null!))), (area, action, target) => (area, action, (string?)target));

    [Fact]
    public void The_matcher_agrees_with_a_slow_reference() =>
        Gen.Select(Grant.Array[0, 4], Question).Sample(
            (grants, question) => PermissionSet.Compile(grants).Allows(question.Area, question.Action, question.Target)
                == grants.Any(grant => SlowMatcher.Allows(grant, question.Area, question.Action, question.Target)),
            iter: 100_000);

    [Fact]
    public void The_grammar_agrees_with_a_slow_reference() =>
        Gen.OneOf(Grant, Gen.String, Gen.String[Gen.Char["ab:*/."], 0, 12]).Sample(
            text => Permission.TryParse(text, out _) == SlowMatcher.IsGrant(text), iter: 100_000);

    [Fact]
    public void The_generator_asks_questions_of_both_kinds()
    {
        var allowed = 0;
        Gen.Select(Grant.Array[0, 4], Question).Sample(
            (grants, question) => Interlocked.Add(ref allowed, grants.Any(grant => SlowMatcher.Allows(grant, question.Area, question.Action, question.Target)) ? 1 : 0),
            iter: 5_000,
            threads: 1);

        Assert.InRange(allowed, 250, 4_750);
    }

    [Fact]
    public void Who_may_act_on_an_object_may_act_on_some() =>
        Gen.Select(Grant.Array[0, 4], Question).Sample((grants, question) =>
        {
            var set = PermissionSet.Compile(grants);
            return !set.Allows(question.Area, question.Action, question.Target) || set.AllowsSome(question.Area, question.Action);
        });

    [Fact]
    public void A_grant_of_some_objects_lists_but_does_not_cover_the_others()
    {
        var set = PermissionSet.Compile(["resources:read:public/*"]);

        Assert.Equal((true, false, false), (set.AllowsSome("resources", "read"), set.AllowsSome("resources", "write"), set.Allows("resources", "read")));
    }

    [Fact]
    public void Text_that_is_no_permission_grants_nothing()
    {
        var set = PermissionSet.Compile(["", "tools", "**", "tools:read:a*"]);

        Assert.Same(PermissionSet.None, set);
        Assert.False(set.Allows("tools", "read", "a"));
    }

    [Fact]
    public void No_grants_allow_nothing()
    {
        Assert.False(PermissionSet.None.Allows("tools", "read"));
        Assert.False(PermissionSet.None.AllowsSome("tools", "read"));
    }

    [Fact]
    public void Grants_are_shown_once_and_in_order() =>
        Assert.Equal(["a:b", "c:d"], PermissionSet.Compile(["c:d", "a:b", "c:d", "nonsense"]).Grants);

    private static Gen<string> OneOfThese(params string[] choices) => Gen.Int[0, choices.Length - 1].Select(i => choices[i]);

    [Theory]
    [InlineData("*", "tools:call resources:read:public/*", true)]
    [InlineData("tools:call tools:read", "tools:read", true)]
    [InlineData("tools:call", "tools:read", false)]
    [InlineData("tools:call:echo", "tools:call", false)]
    [InlineData("tools:call", "*", false)]
    [Trait("Control", "AZ-3")]
    public void Nobody_gives_more_than_they_hold(string held, string given, bool may) =>
        Assert.Equal(may, PermissionSet.Compile(held.Split(' ')).HoldsAll(given.Split(' ')));
}
