using Platform.Abstractions.Principals;

namespace Platform.Admin.Components.Pages.Members;

/// <summary>What principals are called.</summary>
internal static class Words
{
    public static string Of(PrincipalKind kind) => kind switch
    {
        PrincipalKind.User => "Person",
        PrincipalKind.Device => "Device",
        PrincipalKind.Group => "Group",
        _ => "Service",
    };
}
