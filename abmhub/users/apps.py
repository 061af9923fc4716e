from abmhub.core.rooms import Room


class UsersConfig(Room):
    name = "abmhub.users"
    label = "users"
    verbose_name = "Users"
