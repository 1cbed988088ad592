using Platform.Abstractions.Identity;
using Platform.Admin.Components.Pages.Roles;
using Platform.Admin.Tests.Operations;

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
    [InlineData("platform-roles:read", false)]
    [InlineData("tenants:purge", false)]
    public void Only_plain_rules_of_known_areas_are_cells(string rule, bool cell) => Assert.Equal(cell, RoleMatrix.IsCell(rule, PermissionAreas.Of(isPlatform: false)));

    [Fact]
    public void An_operators_matrix_has_every_permission_there_is() =>
        Assert.Equal(KnownPermissions.All.Select(known => $"{known.Area}:{known.Action}").Order(StringComparer.Ordinal), Cells(isPlatform: true));

    [Fact]
    public void A_tenants_matrix_has_what_is_not_the_operators_alone() =>
        Assert.Equal(DescribedCalls.PermissionsOfTenants.Append("tools:call").Order(StringComparer.Ordinal), Cells(isPlatform: false));

    [Fact]
    public void Every_area_has_a_title_of_its_own() =>
        Assert.Equal(PermissionAreas.Of(isPlatform: true).Count, PermissionAreas.Of(isPlatform: true).Select(area => area.Title).Distinct(StringComparer.OrdinalIgnoreCase).Count());

    private static IEnumerable<string> Cells(bool isPlatform) =>
        PermissionAreas.Of(isPlatform).SelectMany(area => area.Actions, (area, action) => $"{area.Name}:{action}").Order(StringComparer.Ordinal);
}
