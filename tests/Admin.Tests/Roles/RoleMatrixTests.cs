using Platform.Admin.Components.Pages.Roles;

namespace Platform.Admin.Tests.Roles;

public sealed class RoleMatrixTests
{
    [Theory]
    [InlineData("*", "", "Allowed", "*")]
    [InlineData("tools:*", "", "Allowed", "tools:*")]
    [InlineData("tools:call", "", "Allowed", "tools:call")]
    [InlineData("tools:read", "", "None", null)]
    [InlineData("toolsX:call", "", "None", null)]
    [InlineData("tools:call:echo", "", "AllowedInPart", "tools:call:echo")]
    [InlineData("tools:call:echo tools:*", "", "Allowed", "tools:*")]
    [InlineData("*", "tools:call", "Denied", "tools:call")]
    [InlineData("*", "tools:*", "Denied", "tools:*")]
    [InlineData("*", "tools:call:rm", "AllowedInPart", "*, but not tools:call:rm")]
    [InlineData("", "tools:call:rm", "DeniedInPart", "tools:call:rm")]
    [InlineData("not a rule", "", "None", null)]
    [Trait("Control", "AZ-2")]
    public void A_cell_says_what_holds_and_which_rule_says_so(string allow, string deny, string state, string? rule)
    {
        var cell = RoleMatrix.At("tools", "call", allow.Split(' '), deny.Split(' '));
        Assert.Equal((state, rule), (cell.State.ToString(), cell.Rule));
    }

    [Theory]
    [InlineData("tools:call", true)]
    [InlineData("tools:*", false)]
    [InlineData("tools:call:*", false)]
    [InlineData("*", false)]
    [InlineData("files:read", false)]
    public void Only_plain_rules_of_known_areas_are_cells(string rule, bool cell) => Assert.Equal(cell, RoleMatrix.IsCell(rule));
}
