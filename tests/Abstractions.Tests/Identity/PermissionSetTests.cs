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

    // Denials that take everything would make most answers no.
    private static readonly Gen<string[]> Denials = Gen.Frequency(
        (1, Gen.Const(Array.Empty<string>())),
        (4, Gen.Select(OneOfThese("tools", "resources"), OneOfThese("read", "call", "*"), OneOfThese("", ":public/*", ":public", ":public/x", ":x/*"), (area, action, pattern) => $"{area}:{action}{pattern}").Array[1, 2]),
        (1, Grant.Array[0, 2]));

    [Theory]
    [InlineData("*", "tools:read", true)]
    [InlineData("resources:read", "tools:read", true)]
    [InlineData("resources:*:public/*", "tools:read", true)]
    [InlineData("resources:read:public/a/*", "tools:read", true)]
    [InlineData("resources:read:public/a/b/c", "tools:read", true)]
    [InlineData("resources:read:public", "tools:read", false)]
    [InlineData("resources:read:other/*", "tools:read", false)]
    [InlineData("resources:write:public/*", "tools:read", false)]
    [InlineData("tools:read:public/*", "resources:write", false)]
    [InlineData("resources:read", "resources:read:public/*", false)]
    [InlineData("resources:read", "resources:read:public/a/*", true)]
    [InlineData("resources:read:public/a/*", "resources:read:public/a/*", false)]
    [InlineData("*", "*", false)]
    public void Some_of_what_a_permission_names_may_be_done_when_a_grant_meets_it_and_no_denial_takes_it_all(string allow, string deny, bool some) =>
        Assert.Equal(some, PermissionSet.Compile([allow], [deny]).AllowsSome(Permission.Parse("resources:read:public/*")));

    [Fact]
    public void The_matcher_agrees_with_a_slow_reference() =>
        Gen.Select(Grant.Array[0, 4], Denials, Question).Sample(
            (grants, denials, question) => PermissionSet.Compile(grants, denials).Allows(question.Area, question.Action, question.Target)
                == SlowMatcher.Allows(grants, denials, question.Area, question.Action, question.Target),
            iter: 100_000);

    [Fact]
    public void An_explanation_says_what_the_matcher_says_and_names_a_rule_that_does() =>
        Gen.Select(Grant.Array[0, 4], Denials, Question).Sample(
            (grants, denials, question) =>
            {
                var set = PermissionSet.Compile([new AccessRule { Role = "some", Allow = grants, Deny = denials }]);
                var decision = set.Explain(question.Area, question.Action, question.Target);
                var isHonest = decision switch
                {
                    { Allowed: true } => decision.Role == "some" && grants.Contains(decision.Rule) && SlowMatcher.Allows(decision.Rule!, question.Area, question.Action, question.Target),
                    { Rule: null } => !grants.Any(grant => SlowMatcher.Allows(grant, question.Area, question.Action, question.Target)),
                    _ => decision.Role == "some" && SlowMatcher.Forbids(decision.Rule, question.Area, question.Action, question.Target),
                };
                return isHonest && decision.Allowed == set.Allows(question.Area, question.Action, question.Target);
            },
            iter: 50_000);

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
        Gen.Select(Grant.Array[0, 4], Denials, Question).Sample((grants, denials, question) =>
        {
            var set = PermissionSet.Compile(grants, denials);
            return !set.Allows(question.Area, question.Action, question.Target) || set.AllowsSome(question.Area, question.Action);
        });

    [Fact]
    public void Some_is_left_where_no_one_denial_takes_all_of_it() =>
        Gen.Select(Grant.Array[0, 4], Denials, Grant).Sample(
            (grants, denials, asked) =>
            {
                if (!Permission.TryParse(asked, out var permission))
                {
                    return true;
                }

                Permission[] denied = [.. denials.Select(text => Permission.TryParse(text, out var denial) ? denial : Permission.Parse("*"))];
                var some = grants.Select(text => Permission.TryParse(text, out var grant) ? grant.Intersect(permission) : null)
                    .Any(common => common is not null && !denied.Any(denial => denial.Includes(common)));
                return PermissionSet.Compile(grants, denials).AllowsSome(permission) == some;
            },
            iter: 100_000);

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

    [Fact]
    public void What_is_allowed_costs_no_memory()
    {
        var set = PermissionSet.Compile(["tools:call", "resources:read:public/*", "prompts:read"], ["resources:read:public/secret/*"]);
        Assert.True(set.Allows("resources", "read", "public/x"));
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 1_000; i++)
        {
            _ = set.Allows("resources", "read", "public/secret/x") || set.Allows("resources", "read", "public/../x") || set.Allows("prompts", "read", "p") && set.AllowsSome("tools", "read");
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Theory]
    [InlineData("*", "resources:read:secret/*", "resources", "read", "secret/x", false)]
    [InlineData("*", "resources:read:secret/*", "resources", "read", "public/x", true)]
    [InlineData("*", "resources:read:secret/*", "resources", "read", "public/../secret/x", false)]
    [InlineData("*", "resources:read:secret/*", "resources", "read", "secret//x", false)]
    [InlineData("*", "resources:read:secret/*", "resources", "read", "./secret/x", false)]
    [InlineData("*", "resources:read:secret/*", "resources", "read", "public\\..\\secret\\x", false)]
    [InlineData("*", "resources:read:secret/*", "resources", "read", "x\0", false)]
    [InlineData("*", "resources:read:secret/*", "resources", "write", "secret/x", true)]
    [InlineData("resources:read", "resources:*", "resources", "read", "x", false)]
    [InlineData("resources:read", "*", "tools", "read", null, false)]
    [InlineData("*", "tools:call:echo", "tools", "call", "echo", false)]
    [InlineData("*", "tools:call:echo", "tools", "call", "echo2", true)]
    [InlineData("*", "not a permission", "tools", "call", "echo", false)]
    [Trait("Control", "AZ-3")]
    public void A_deny_overrides_every_allow(string allow, string deny, string area, string action, string? target, bool allowed) =>
        Assert.Equal(allowed, PermissionSet.Compile([allow], [deny]).Allows(area, action, target));

    [Theory]
    [InlineData("resources:read", "resources:read:public/*", true)]
    [InlineData("resources:read:public/*", "resources:read:public/*", false)]
    [InlineData("resources:read:public/*", "resources:read", false)]
    [InlineData("resources:read:public/a/*", "resources:*:public/*", false)]
    [InlineData("*", "resources:read", false)]
    [InlineData("*", "resources:read:public/*", true)]
    [InlineData("*", "*", false)]
    [Trait("Control", "AZ-3")]
    public void What_is_denied_whole_is_not_listed(string allow, string deny, bool some) =>
        Assert.Equal(some, PermissionSet.Compile([allow], [deny]).AllowsSome("resources", "read"));

    [Fact]
    public void An_explanation_names_the_rule_its_role_and_its_group()
    {
        var set = PermissionSet.Compile([
            new AccessRule { Role = "reader", Allow = ["resources:read"], Group = "grp_staff" },
            new AccessRule { Role = "careful", Allow = [], Deny = ["resources:read:secret/*"] },
        ]);

        Assert.Equal(new AccessDecision { Allowed = true, Rule = "resources:read", Role = "reader", Group = "grp_staff" }, set.Explain("resources", "read", "public/x"));
        Assert.Equal(new AccessDecision { Allowed = false, Rule = "resources:read:secret/*", Role = "careful" }, set.Explain("resources", "read", "secret/x"));
        Assert.Equal(new AccessDecision { Allowed = false }, set.Explain("tools", "call", "echo"));
    }

    [Theory]
    [InlineData("*", "", "tools:call resources:read:public/*", "", true)]
    [InlineData("tools:call tools:read", "", "tools:read", "", true)]
    [InlineData("tools:call", "", "tools:read", "", false)]
    [InlineData("tools:call:echo", "", "tools:call", "", false)]
    [InlineData("tools:call", "", "*", "", false)]
    [InlineData("resources:*", "", "resources:read:public/*", "", true)]
    [InlineData("resources:read", "", "resources:read:public/*", "", true)]
    [InlineData("resources:read:public/*", "", "resources:read:public/a/*", "", true)]
    [InlineData("resources:read:public/*", "", "resources:read:public/x", "", true)]
    [InlineData("resources:read:public/*", "", "resources:read:publicX/*", "", false)]
    [InlineData("resources:read:public/*", "", "resources:read:public", "", false)]
    [InlineData("resources:read:public/a/*", "", "resources:read:public/*", "", false)]
    [InlineData("resources:read:public/*", "", "resources:*:public/*", "", false)]
    [InlineData("tools:read tools:call", "", "tools:*", "", false)]
    [InlineData("*", "resources:read:secret/*", "resources:read", "", false)]
    [InlineData("*", "resources:read:secret/*", "*", "", false)]
    [InlineData("*", "resources:read:secret/*", "resources:read", "resources:read:secret/*", true)]
    [InlineData("*", "resources:read:secret/*", "resources:read", "resources:read:secret/a/*", false)]
    [InlineData("*", "resources:read:secret/*", "resources:read:public/*", "", true)]
    [InlineData("*", "resources:read:secret/*", "resources:read:secret/x", "", false)]
    [InlineData("*", "resources:*:secret/*", "resources:read", "resources:read:secret/*", true)]
    [InlineData("*", "resources:*:secret/*", "resources:*", "resources:read:secret/*", false)]
    [InlineData("tools:read", "", "tools:read tools:call", "tools:call", false)]
    [InlineData("tools:read", "", "*", "*", true)]
    [Trait("Control", "AZ-3")]
    public void Nobody_gives_more_than_they_hold(string held, string heldDeny, string given, string givenDeny, bool may) =>
        Assert.Equal(may, PermissionSet.Compile(Words(held), Words(heldDeny)).Covers(Words(given), Words(givenDeny)));

    // Grants at random hardly ever lie within one another.
    private static readonly Gen<string> Related = Gen.Frequency(
        (1, Grant),
        (6, OneOfThese("*", "tools:*", "tools:read", "resources:*", "resources:read", "resources:read:public/*", "resources:read:x/*", "resources:*:public/*", "resources:read:public")));

    private static readonly Gen<string[]> RelatedDenials = OneOfThese(
        "resources:read:public/*", "resources:read:public", "resources:read:public/x", "resources:*:x/*", "resources:read", "tools:call", "tools:*").Array[0, 2];

    private static readonly Gen<(string Area, string Action, string? Target)> RelatedQuestion = Gen.Select(
        OneOfThese("tools", "resources"), OneOfThese("read", "call"), OneOfThese("", "public", "public/x", "public/y", "public/x/y", "x/y", "secret", "public/../x", "public//x"),
        (area, action, target) => (area, action, target.Length == 0 ? null : target));

    [Fact]
    [Trait("Control", "AZ-3")]
    public void What_is_covered_gives_nothing_that_is_not_held() =>
        Gen.Select(Related.Array[1, 3], RelatedDenials, Related.Array[1, 2], RelatedDenials, RelatedQuestion).Sample(
            (held, heldDeny, given, givenDeny, question) =>
                !PermissionSet.Compile(held, heldDeny).Covers(given, givenDeny)
                || !SlowMatcher.Allows(given, givenDeny, question.Area, question.Action, question.Target)
                || SlowMatcher.Allows(held, heldDeny, question.Area, question.Action, question.Target),
            iter: 200_000);

    [Fact]
    public void The_generator_finds_what_is_covered_and_allowed()
    {
        var telling = 0;
        Gen.Select(Related.Array[1, 3], RelatedDenials, Related.Array[1, 2], RelatedDenials, RelatedQuestion).Sample(
            (held, heldDeny, given, givenDeny, question) => Interlocked.Add(ref telling,
                PermissionSet.Compile(held, heldDeny).Covers(given, givenDeny) && SlowMatcher.Allows(given, givenDeny, question.Area, question.Action, question.Target) && heldDeny.Length > 0 ? 1 : 0),
            iter: 20_000,
            threads: 1);

        Assert.InRange(telling, 200, 19_000);
    }

    [Fact]
    public void What_is_allowed_as_a_whole_is_allowed_for_each_object() =>
        Gen.Select(Related.Array[0, 3], RelatedDenials, Related, RelatedQuestion).Sample(
            (grants, denials, whole, question) =>
                !Permission.TryParse(whole, out var permission)
                || !PermissionSet.Compile(grants, denials).AllowsAll(permission)
                || !SlowMatcher.Allows(whole, question.Area, question.Action, question.Target)
                || SlowMatcher.Allows(grants, denials, question.Area, question.Action, question.Target),
            iter: 100_000);

    [Theory]
    [InlineData("*", "", true)]
    [InlineData("resources:read", "", true)]
    [InlineData("resources:read:memory/*", "", true)]
    [InlineData("resources:read:memory/a", "", false)]
    [InlineData("*", "resources:read:memory/a", false)]
    [InlineData("*", "resources:*", false)]
    [InlineData("*", "resources:read:public/*", true)]
    public void All_objects_are_allowed_when_none_is_denied(string allow, string deny, bool all)
    {
        Assert.True(Permission.TryParse("resources:read:memory/*", out var memory));
        Assert.Equal(all, PermissionSet.Compile([allow], Words(deny)).AllowsAll(memory));
    }

    [Fact]
    public void Of_thousands_of_rules_no_more_are_told_than_asked_for()
    {
        string[] many = [.. Enumerable.Range(0, 3_000).Select(number => $"tools:call:{number:0000}")];

        var told = PermissionSet.Compile(many, many).Deciding(Permission.Parse("tools:call"), 3);

        Assert.Equal([many[0], many[1], many[2]], told.Select(decision => decision.Rule));
    }

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    [Theory]
    [InlineData("tools:*", "", "tools:call", "+tools:*")]
    [InlineData("*", "tools:call", "tools:call", "-tools:call")]
    [InlineData("*", "tools:call:rm", "tools:call", "-tools:call:rm +*")]
    [InlineData("*", "tools:call:rm", "tools:call:echo", "+*")]
    [InlineData("resources:read:public/* resources:read:shared/*", "resources:*:public/secret/*", "resources:read", "-resources:*:public/secret/* +resources:read:public/* +resources:read:shared/*")]
    [InlineData("resources:read:public/*", "", "resources:read:public/a", "+resources:read:public/*")]
    [InlineData("tools:call", "", "keys:write", "")]
    [InlineData("", "tools:call:rm", "tools:call", "-tools:call:rm")]
    public void A_permission_as_a_whole_is_settled_by_one_rule_or_all_that_have_a_part_in_it_are_told(string allow, string deny, string permission, string deciding)
    {
        var set = PermissionSet.Compile(allow.Split(' ', StringSplitOptions.RemoveEmptyEntries), deny.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(deciding, string.Join(' ', set.Deciding(Permission.Parse(permission), 100).Select(decision => (decision.Allowed ? "+" : "-") + decision.Rule)));
    }
}
