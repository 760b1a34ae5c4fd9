using PaxosShard.Wire.Identifiers;

namespace PaxosShard.ChatClient.App.Groups;

/// <summary>A view as people read it.</summary>
internal static class ViewText
{
    /// <summary>Its number: <c>4</c>; in the views of a later member list (rule 13) behind the number of the list: <c>1.4</c>.</summary>
    public static string Of(View view) => view.ToString()[1..]; // Without the letter.
}
