// Every collection that has screens, in the order of the sidebar.
import "./customers";
import "./contacts";
import "./products";
import "./orders";
import "./payments";
