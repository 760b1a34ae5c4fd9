namespace PaxosShard.Client.Core.Groups;

/// <summary>The numbers of connections, from 1 and never used twice, and which client of a group has each.</summary>
internal sealed class ConnectionOwners
{
    private readonly Dictionary<int, GroupClient> _owners = [];
    private int _last;

    /// <summary>The number of a connection that is to be made.</summary>
    public int Draw(GroupClient owner)
    {
        _owners.Add(++_last, owner);
        return _last;
    }

    /// <summary>Whose a connection is; null when it was closed.</summary>
    public GroupClient? Find(int connection) => _owners.GetValueOrDefault(connection);

    /// <summary>Nothing that comes of a connection is wanted any more.</summary>
    public void Forget(int connection) => _owners.Remove(connection);
}
